// Where it is, with the age of every figure.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

Rectangle {
    id: list
    required property QtObject places
    required property bool offline
    required property string rest

    implicitHeight: column.implicitHeight + 40
    height: implicitHeight
    radius: 22
    color: Theme.surface
    border.width: Theme.highContrast ? 3 : 2
    border.color: Theme.hairline
    visible: rows.count > 0
    Column {
        id: column
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: 30
        anchors.rightMargin: 30
        spacing: 16
        KioskLabel {
            text: qsTr("Stock")
            strong: true
            width: parent.width
        }
        Repeater {
            id: rows
            model: list.places
            GridLayout {
                id: row
                required property string name
                required property string text
                required property string detail
                required property bool here
                required property bool soldOut
                width: column.width
                columns: Theme.textScale > 2 ? 2 : 3
                columnSpacing: 20
                rowSpacing: 2
                Icon {
                    name: row.soldOut ? "x-circle" : row.here ? "check-circle" : "store"
                    side: 40
                    colour: row.soldOut ? Theme.inkMuted : Theme.accentInk
                    Layout.rowSpan: Theme.textScale > 2 ? 2 : 1
                }
                KioskLabel {
                    text: row.name
                    strong: row.here
                    Layout.fillWidth: true
                }
                KioskLabel {
                    text: row.text + "  ·  " + row.detail
                    muted: true
                    horizontalAlignment: Theme.textScale > 2 ? Text.AlignLeft : Text.AlignRight
                    Layout.fillWidth: Theme.textScale > 2
                }
            }
        }
        KioskLabel {
            visible: list.rest !== ""
            text: list.rest
            muted: true
            width: parent.width
        }
        KioskLabel {
            visible: list.offline
            text: qsTr("The connection is down: this is the stock as we last knew it.")
            muted: true
            width: parent.width
        }
    }
}
