// The ring around what has the keyboard.
import QtQuick
import Toonbank

Rectangle {
    id: ring
    required property Item around
    property int radiusInside: Theme.radiusSmall

    anchors.fill: parent
    anchors.margins: -Theme.focusLine
    radius: ring.radiusInside + Theme.focusLine
    color: "transparent"
    border.width: Theme.focusLine
    border.color: Theme.focus
    visible: ring.around.activeFocus
    z: 10
}
