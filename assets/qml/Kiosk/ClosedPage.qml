// K14: nothing to sell here yet. It says so, and where to go.
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

FocusScope {
    id: page
    required property KioskModel kiosk

    Rectangle {
        anchors.fill: parent
        color: Theme.page
    }
    Rectangle {
        id: hero
        width: parent.width
        height: 960
        color: Theme.accent
        Text {
            x: 72
            y: 84
            text: page.kiosk.brandName
            color: Theme.accentText
            font.pixelSize: 56
            font.weight: Font.Bold
            textFormat: Text.PlainText
        }
        Rectangle {
            width: 380
            height: 380
            radius: 190
            color: Theme.surface
            anchors.centerIn: parent
            Icon {
                name: "store"
                side: 190
                colour: Theme.accentInk
                anchors.centerIn: parent
            }
        }
    }
    ColumnLayout {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: hero.bottom
        anchors.bottom: parent.bottom
        anchors.margins: 48
        anchors.topMargin: 90
        anchors.bottomMargin: 40
        spacing: 30
        KioskLabel {
            text: qsTr("This kiosk is not ready yet")
            strong: true
            font.pixelSize: 84
            horizontalAlignment: Text.AlignHCenter
            Accessible.role: Accessible.Heading
            Layout.fillWidth: true
        }
        KioskLabel {
            text: page.kiosk.tillPlace
            muted: true
            font.pixelSize: 52
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Item {
            Layout.fillHeight: true
        }
        Rectangle {
            color: Theme.surface
            radius: 28
            border.width: Theme.highContrast ? 3 : 2
            border.color: Theme.hairline
            Layout.fillWidth: true
            Layout.preferredHeight: 180
            ToolButtons {
                kiosk: page.kiosk
                spread: true
                spacing: 24
                anchors.fill: parent
                anchors.margins: 14
            }
        }
    }
}
