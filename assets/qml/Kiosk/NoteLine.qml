// Something to know, as icon and words.
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

Rectangle {
    id: note
    required property string iconName
    required property string text
    property string kind: "warn"

    implicitHeight: row.implicitHeight + 32
    radius: 16
    color: note.kind === "warn" ? Theme.warnSoft : Theme.goodSoft
    border.width: Theme.highContrast ? 3 : 0
    border.color: Theme.outline
    RowLayout {
        id: row
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: 24
        anchors.rightMargin: 24
        anchors.verticalCenter: parent.verticalCenter
        spacing: 20
        Icon {
            name: note.iconName
            side: 40
            colour: note.kind === "warn" ? Theme.warn : Theme.good
        }
        KioskLabel {
            text: note.text
            Layout.fillWidth: true
        }
    }
}
