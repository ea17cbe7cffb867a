// K1: nobody is here yet. Still pictures, one sentence, and all that somebody may need before they begin.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Parts
import Toonbank

FocusScope {
    id: page
    required property KioskModel kiosk

    Rectangle {
        anchors.fill: parent
        color: Theme.page
    }
    T.AbstractButton {
        id: anywhere
        anchors.fill: parent
        anchors.topMargin: page.kiosk.reach ? parent.height / 2 : 0
        focusPolicy: Qt.NoFocus
        onClicked: page.kiosk.start()
        Accessible.ignored: true
    }
    Rectangle {
        id: hero
        width: parent.width
        height: page.kiosk.reach ? 960 : 1180
        color: Theme.accent
        Column {
            id: greeting
            x: 72
            y: 84
            width: parent.width - 144
            spacing: 18
            Text {
                text: page.kiosk.brandName
                color: Theme.accentText
                font.pixelSize: 56
                font.weight: Font.Bold
                textFormat: Text.PlainText
            }
            KioskLabel {
                text: qsTr("Find it, scan it, take your ticket to the till")
                color: Theme.accentText
                strong: true
                font.pixelSize: 84
                lineHeight: 1.04
                width: parent.width
                Accessible.role: Accessible.Heading
            }
        }
        Grid {
            id: mosaic
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: page.kiosk.reach ? 40 : -100
            columns: 3
            spacing: 24
            Repeater {
                model: page.kiosk.reach ? page.kiosk.showcase.slice(0, 3) : page.kiosk.showcase
                Rectangle {
                    required property string modelData
                    width: 296
                    height: 296
                    radius: 36
                    color: Theme.surface
                    border.width: 2
                    border.color: Theme.hairline
                    Picture {
                        name: parent.modelData
                        side: 236
                        anchors.centerIn: parent
                    }
                }
            }
        }
    }
    ColumnLayout {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: 48
        anchors.bottomMargin: 40
        spacing: 34
        KioskLabel {
            visible: page.kiosk.reach || Theme.textScale < 3
            text: qsTr("Choose here, pay at the till: your ticket carries your basket.")
            muted: true
            font.pixelSize: page.kiosk.reach ? 52 : Math.min(Theme.textStrong, 44)
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        KioskButton {
            kind: "primary"
            iconName: "hand"
            iconSide: 72
            text: qsTr("Touch the screen to begin")
            textSize: Math.min(Theme.textHeading, 76)
            roundness: 32
            onClicked: page.kiosk.start()
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(190, implicitHeight)
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
