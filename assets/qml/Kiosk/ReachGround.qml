// The upper half while everything to touch is below: the brand, and what the shopper looks at, large.
import QtQuick
import Parts
import Toonbank

Rectangle {
    id: ground
    required property KioskModel kiosk
    color: Theme.accent
    Column {
        anchors.centerIn: parent
        width: parent.width - 120
        spacing: 30
        Rectangle {
            visible: ground.kiosk.page === "item"
            width: 560
            height: 560
            radius: 60
            color: Theme.surface
            anchors.horizontalCenter: parent.horizontalCenter
            Picture {
                name: ground.kiosk.item.picture
                side: 440
                anchors.centerIn: parent
            }
        }
        Text {
            text: ground.kiosk.brandName
            color: Theme.accentText
            font.pixelSize: 72
            font.weight: Font.Bold
            textFormat: Text.PlainText
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
        }
        KioskLabel {
            text: qsTr("Everything you can touch is below.")
            color: Theme.accentText
            font.pixelSize: Math.min(Theme.textStrong + 6, 60)
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
        }
    }
}
