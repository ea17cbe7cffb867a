// The key that does the same as the button on which it stands.
import QtQuick
import Toonbank

Rectangle {
    id: cap
    required property string key
    property color ink: Theme.inkMuted

    visible: Theme.keyCaps && cap.key !== ""
    implicitWidth: word.implicitWidth + 10
    implicitHeight: word.implicitHeight + 4
    radius: 4
    color: "transparent"
    border.width: 1
    border.color: cap.ink

    Text {
        id: word
        anchors.centerIn: parent
        text: cap.key
        color: cap.ink
        font.pixelSize: Theme.textSmall - 2
        font.weight: Font.DemiBold
        Accessible.ignored: true
    }
}
