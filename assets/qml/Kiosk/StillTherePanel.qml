// K11: are you still there? Any touch, key or scan answers; the window's filter sees to it.
import QtQuick
import Parts
import Toonbank

FocusScope {
    id: asking
    required property KioskModel kiosk

    Accessible.role: Accessible.AlertMessage
    Accessible.name: qsTr("Are you still there?") + " " + qsTr("Touch the screen to go on.")
    Rectangle {
        anchors.fill: parent
        color: Theme.shade
    }
    Rectangle {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.bottomMargin: -40
        height: column.implicitHeight + 150
        radius: 40
        color: Theme.surface
        border.width: Theme.highContrast ? 4 : 0
        border.color: Theme.outline
        Column {
            id: column
            x: 72
            y: 56
            width: parent.width - 144
            spacing: 26
            Rectangle {
                width: 240
                height: 240
                radius: 120
                color: Theme.warnSoft
                border.width: 10
                border.color: Theme.warn
                anchors.horizontalCenter: parent.horizontalCenter
                Text {
                    anchors.centerIn: parent
                    text: asking.kiosk.secondsLeft
                    color: Theme.ink
                    font.pixelSize: 116
                    font.weight: Font.Bold
                    font.features: ({ "tnum": 1 })
                    textFormat: Text.PlainText
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                }
            }
            KioskLabel {
                text: qsTr("Are you still there?")
                strong: true
                font.pixelSize: Math.min(Theme.textHeading + 14, 96)
                horizontalAlignment: Text.AlignHCenter
                width: parent.width
                Accessible.role: Accessible.Heading
            }
            KioskLabel {
                text: qsTr("Otherwise we clear this screen for the next shopper. Your basket goes with it.")
                muted: true
                font.pixelSize: Math.min(Theme.textStrong, 56)
                horizontalAlignment: Text.AlignHCenter
                width: parent.width
            }
            KioskButton {
                kind: "primary"
                iconName: "hand"
                iconSide: 56
                text: qsTr("Touch the screen to go on.")
                textSize: Math.min(Theme.textTitle, 60)
                width: parent.width
                height: Math.max(150, implicitHeight)
                onClicked: asking.kiosk.touch()
            }
        }
    }
}
