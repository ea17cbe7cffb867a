// The ticket: the code as large as it goes, and what to do with it. Printed is said only when it is.
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

FocusScope {
    id: page
    required property KioskModel kiosk
    readonly property bool tight: page.kiosk.reach || Theme.textScale > 2
    readonly property KioskBasketModel basket: page.kiosk.basket
    readonly property int codeSide: Theme.textScale > 3 ? 620 : 700

    Flickable {
        id: sheet
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: foot.top
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        contentHeight: content.implicitHeight + 60
        Column {
            id: content
            x: page.tight ? 112 : 48
            y: 32
            width: parent.width - 2 * x
            spacing: 22
            KioskLabel {
                text: qsTr("Take your ticket to the till")
                strong: true
                font.pixelSize: Math.min(Theme.textHeading + 6, 84)
                horizontalAlignment: Text.AlignHCenter
                width: parent.width
                Accessible.role: Accessible.Heading
            }
            KioskLabel {
                text: qsTr("Show this code, or hand the printed ticket over. You pay there.")
                muted: true
                horizontalAlignment: Text.AlignHCenter
                width: parent.width
            }
            Rectangle {
                visible: !page.kiosk.reach
                width: page.codeSide + 48
                height: page.codeSide + 48
                radius: 32
                color: Theme.surface
                border.width: 3
                border.color: Theme.outline
                anchors.horizontalCenter: parent.horizontalCenter
                TicketCode {
                    side: page.codeSide
                    source: page.basket.ticketSource
                    anchors.centerIn: parent
                }
            }
            KioskLabel {
                text: qsTr("Ticket")
                muted: true
                horizontalAlignment: Text.AlignHCenter
                width: parent.width
            }
            KioskLabel {
                text: page.basket.ticketNumber
                strong: true
                font.pixelSize: 96
                horizontalAlignment: Text.AlignHCenter
                width: parent.width
            }
            NoteLine {
                width: parent.width
                kind: page.basket.paperIcon === "printer-off" ? "warn" : "good"
                iconName: page.basket.paperIcon
                text: page.basket.paperText
            }
            KioskLabel {
                text: page.basket.countText + "  ·  " + page.basket.total
                strong: true
                font.pixelSize: Math.min(Theme.textTitle, 70)
                horizontalAlignment: Text.AlignHCenter
                width: parent.width
            }
            KioskLabel {
                text: qsTr("This is not a receipt. The price at the till counts.")
                muted: true
                horizontalAlignment: Text.AlignHCenter
                width: parent.width
            }
        }
    }
    ScrollKeys {
        upright: page.tight
        over: sheet
        anchors.right: parent.right
        anchors.rightMargin: 24
        anchors.bottom: foot.top
        anchors.bottomMargin: 12
    }
    Rectangle {
        id: foot
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: page.kiosk.reach ? 150 : 176
        color: Theme.surface
        Rectangle {
            width: parent.width
            height: 2
            color: Theme.hairline
        }
        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: 28
            anchors.rightMargin: 28
            spacing: 24
            KioskButton {
                iconName: "arrow-left"
                text: qsTr("Change basket")
                textSize: Math.min(Theme.textStrong, 44)
                onClicked: page.kiosk.back()
                Layout.preferredWidth: 400
                Layout.preferredHeight: 124
            }
            KioskButton {
                kind: "primary"
                iconName: "check"
                text: qsTr("Done, I have my ticket")
                textSize: Math.min(Theme.textTitle, 48)
                onClicked: page.kiosk.finish()
                Layout.fillWidth: true
                Layout.preferredHeight: 124
            }
        }
    }
}
