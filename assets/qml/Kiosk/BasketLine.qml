// A line of the basket with its own keys.
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

Rectangle {
    id: line
    required property int key
    required property string name
    required property string variant
    required property string picture
    required property string each
    required property string quantity
    required property string amount
    required property string note
    required property bool fixed
    required property string spoken
    required property KioskBasketModel basket

    implicitHeight: content.implicitHeight + 40
    radius: 22
    color: Theme.surface
    border.width: Theme.highContrast ? 3 : 2
    border.color: Theme.hairline
    Accessible.role: Accessible.ListItem
    Accessible.name: line.spoken
    GridLayout {
        id: content
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: 22
        anchors.rightMargin: 26
        columns: Theme.textScale > 2 ? 1 : 2
        rowSpacing: 16
        columnSpacing: 20
        RowLayout {
            spacing: 22
            Layout.fillWidth: true
            Picture {
                name: line.picture
                side: 130
            }
            ColumnLayout {
                spacing: 4
                Layout.fillWidth: true
                KioskLabel {
                    text: line.name
                    strong: true
                    Layout.fillWidth: true
                }
                KioskLabel {
                    visible: line.variant !== ""
                    text: line.variant
                    muted: true
                    font.pixelSize: Theme.textSmall
                    Layout.fillWidth: true
                }
                KioskLabel {
                    text: line.each
                    muted: true
                    font.pixelSize: Theme.textSmall
                    Layout.fillWidth: true
                }
                KioskLabel {
                    visible: line.note !== ""
                    text: line.note
                    color: Theme.warn
                    font.pixelSize: Theme.textSmall
                    Layout.fillWidth: true
                }
            }
        }
        RowLayout {
            spacing: 22
            Layout.fillWidth: Theme.textScale > 2
            Layout.alignment: Qt.AlignRight
            KioskLabel {
                visible: line.fixed
                text: line.quantity
                strong: true
            }
            Stepper {
                visible: !line.fixed
                count: line.quantity
                what: line.name
                lessIcon: line.quantity === "1" ? "trash" : "minus"
                onLess: line.basket.less(line.key)
                onMore: line.basket.more(line.key)
            }
            KioskLabel {
                text: line.amount
                figures: true
                strong: true
                font.pixelSize: Math.min(Theme.textStrong + 2, 58)
                horizontalAlignment: Text.AlignRight
                Layout.fillWidth: Theme.textScale > 2
                Layout.preferredWidth: Math.max(150, implicitWidth)
            }
            KioskButton {
                kind: "quiet"
                iconName: "x"
                spoken: qsTr("Take out") + ", " + line.name
                onClicked: line.basket.remove(line.key)
                Layout.preferredWidth: Theme.kioskTarget + 3
                Layout.preferredHeight: Theme.kioskTarget + 3
            }
        }
    }
}
