// The upper half while everything to touch is below: the brand, and what the shopper looks at, large.
pragma ComponentBehavior: Bound
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
        Rectangle {
            visible: ground.kiosk.page === "ticket"
            width: 640
            height: 640
            radius: 40
            color: Theme.surface
            anchors.horizontalCenter: parent.horizontalCenter
            TicketCode {
                side: 600
                source: ground.kiosk.basket.ticketSource
                anchors.centerIn: parent
            }
        }
        Row {
            visible: ground.kiosk.page !== "item" && ground.kiosk.page !== "ticket"
            spacing: 24
            anchors.horizontalCenter: parent.horizontalCenter
            Repeater {
                model: ground.kiosk.showcase.slice(0, 3)
                Rectangle {
                    required property string modelData
                    width: 260
                    height: 260
                    radius: 36
                    color: Theme.surface
                    Picture {
                        name: parent.modelData
                        side: 200
                        anchors.centerIn: parent
                    }
                }
            }
        }
        Text {
            visible: ground.kiosk.page !== "ticket"
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
