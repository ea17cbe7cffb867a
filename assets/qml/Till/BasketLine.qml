// One line of the basket. The chosen one shows its own tools.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

T.AbstractButton {
    id: line
    required property SaleModel sale
    required property int count
    required property int index
    required property int key
    required property string name
    required property string detail
    required property string quantity
    required property string amount
    required property string discount
    required property string picture
    required property bool newest
    required property string spoken
    readonly property bool chosen: line.sale.chosenRow === line.index

    implicitHeight: Math.max(56, texts.implicitHeight + 14)
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.Button
    Accessible.name: line.spoken + ", " + qsTr("line %1 of %2").arg(line.index + 1).arg(line.count)
    Accessible.onPressAction: line.click()
    onClicked: line.sale.choose(line.key)

    background: Rectangle {
        color: line.chosen ? Theme.newRow : line.down ? Theme.raised : "transparent"
        Rectangle {
            visible: line.chosen
            width: 4
            height: parent.height
            color: Theme.accent
        }
        Rectangle {
            anchors.bottom: parent.bottom
            anchors.left: parent.left
            anchors.leftMargin: 16
            anchors.right: parent.right
            height: 1
            color: Theme.hairline
        }
    }
    contentItem: Item {
        implicitHeight: line.implicitHeight
        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: 12
            anchors.rightMargin: 16
            spacing: 10
            Picture {
                name: line.picture
                side: 40
            }
            ColumnLayout {
                id: texts
                spacing: 0
                Layout.fillWidth: true
                RowLayout {
                    spacing: 8
                    Layout.fillWidth: true
                    Label {
                        text: line.quantity
                        figures: true
                        color: Theme.accentInk
                        strong: true
                        Layout.minimumWidth: 18
                        Accessible.ignored: true
                    }
                    Label {
                        text: line.name
                        strong: line.newest
                        Layout.fillWidth: true
                        Accessible.ignored: true
                    }
                    Label {
                        text: line.amount
                        figures: true
                        strong: true
                        Accessible.ignored: true
                    }
                }
                Label {
                    visible: line.detail !== ""
                    text: line.detail
                    muted: true
                    font.pixelSize: Theme.textSmall
                    Layout.leftMargin: 26
                    Layout.fillWidth: true
                    Accessible.ignored: true
                }
                RowLayout {
                    visible: line.discount !== ""
                    spacing: 5
                    Layout.leftMargin: 26
                    Layout.fillWidth: true
                    Icon {
                        name: "discount"
                        side: 14
                        colour: Theme.accentInk
                    }
                    Label {
                        text: line.discount
                        color: Theme.accentInk
                        font.pixelSize: Theme.textSmall
                        Layout.fillWidth: true
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
}
