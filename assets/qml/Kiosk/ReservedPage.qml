// K10 of a reservation: the number large, until when it is held and where; the code for the till's scanner.
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

FocusScope {
    id: page
    required property KioskModel kiosk
    readonly property bool tight: page.kiosk.reach || Theme.textScale > 2
    readonly property KioskReserveModel made: page.kiosk.reserve
    readonly property int codeSide: Theme.textScale > 3 ? 460 : 520

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
                text: qsTr("Reserved for you")
                strong: true
                font.pixelSize: Math.min(Theme.textHeading + 6, 84)
                horizontalAlignment: Text.AlignHCenter
                width: parent.width
                Accessible.role: Accessible.Heading
            }
            KioskLabel {
                text: page.made.number
                strong: true
                font.pixelSize: 132
                horizontalAlignment: Text.AlignHCenter
                width: parent.width
            }
            KioskLabel {
                text: page.made.untilText
                strong: true
                font.pixelSize: Math.min(Theme.textTitle, 70)
                horizontalAlignment: Text.AlignHCenter
                width: parent.width
            }
            KioskLabel {
                text: page.made.storeText
                font.pixelSize: Math.min(Theme.textStrong, 60)
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
                    source: page.made.codeSource
                    anchors.centerIn: parent
                }
            }
            KioskLabel {
                text: page.made.what
                horizontalAlignment: Text.AlignHCenter
                width: parent.width
            }
            KioskLabel {
                text: page.made.totalText
                strong: true
                horizontalAlignment: Text.AlignHCenter
                width: parent.width
            }
            NoteLine {
                width: parent.width
                kind: page.made.paperIcon === "printer-off" ? "warn" : "good"
                iconName: page.made.paperIcon
                text: page.made.paperText
            }
            KioskLabel {
                text: qsTr("Say the number or show the code at the till. You pay there, and only if you like it. After that time the goods are free again, and you need not do anything.")
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
                iconName: "grid"
                text: qsTr("Shop on")
                textSize: Math.min(Theme.textStrong, 44)
                onClicked: page.kiosk.home()
                Layout.preferredWidth: 340
                Layout.preferredHeight: 124
            }
            KioskButton {
                kind: "primary"
                iconName: "check"
                text: qsTr("Done, I have my number")
                textSize: Math.min(Theme.textTitle, 48)
                onClicked: page.kiosk.finish()
                Layout.fillWidth: true
                Layout.preferredHeight: 124
            }
        }
    }
}
