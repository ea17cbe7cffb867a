// The bottom of every page: how much is in the basket, what it costs, and the way on.
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

Rectangle {
    id: bar
    required property KioskModel kiosk
    property string nextText: qsTr("View basket")
    property string nextIcon: "basket"
    signal next

    implicitHeight: bar.kiosk.reach ? 150 : 190
    color: Theme.surface
    Rectangle {
        anchors.left: parent.left
        anchors.right: parent.right
        height: 2
        color: Theme.hairline
    }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 36
        anchors.rightMargin: 28
        spacing: 24
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            KioskLabel {
                text: bar.kiosk.basket.countText
                muted: true
                font.pixelSize: Math.min(Theme.textBody, 42)
                Layout.fillWidth: true
            }
            KioskLabel {
                visible: !bar.kiosk.basket.isEmpty
                text: bar.kiosk.basket.total
                figures: true
                strong: true
                font.pixelSize: Math.min(Theme.textHeading + 6, 76)
                Layout.fillWidth: true
                Accessible.name: qsTr("Total") + " " + bar.kiosk.basket.total
            }
        }
        KioskButton {
            kind: "primary"
            off: bar.kiosk.basket.isEmpty
            iconName: bar.nextIcon
            text: bar.nextText
            textSize: Math.min(Theme.textTitle, 54)
            onClicked: bar.next()
            Layout.preferredWidth: 520
            Layout.preferredHeight: bar.kiosk.reach ? 116 : 136
        }
    }
}
