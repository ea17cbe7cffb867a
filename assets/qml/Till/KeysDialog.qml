// Every key of what was open, in words. The list scrolls where it is longer than the screen.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property KeyMapModel keymap
    readonly property int columns: Theme.large || dialog.width < 760 ? 1 : 2

    title: qsTr("The keys here")
    hint: qsTr("Tab goes to the next button, Space presses it.")
    iconName: "keyboard"
    sheetWidth: 900
    onDismissed: dialog.keymap.leave()

    Connections {
        target: dialog.keymap
        function onPaged(part: real) {
            list.contentY = Math.max(0, Math.min(list.contentHeight - list.height, list.contentY + part * list.height));
        }
    }
    GridView {
        id: list
        model: dialog.keymap.rows
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        flow: GridView.FlowLeftToRight
        cellWidth: Math.floor(width / dialog.columns)
        cellHeight: Math.max(44, 30 * Theme.textScale + 14) * (Theme.textScale > 1.6 ? 1.5 : 1)
        Layout.fillWidth: true
        Layout.preferredHeight: Math.min(contentHeight, Math.max(200, dialog.height - 260 * Math.min(1.5, Theme.textScale)))
        delegate: Item {
            id: row
            required property var caps
            required property string title
            width: list.cellWidth
            height: list.cellHeight
            Accessible.role: Accessible.StaticText
            Accessible.name: row.caps.join(", ") + ": " + row.title
            Row {
                id: keys
                spacing: 4
                width: 96 * Theme.textScale
                anchors.verticalCenter: parent.verticalCenter
                Repeater {
                    model: row.caps
                    KeyCap {
                        required property string modelData
                        key: modelData
                        ink: Theme.ink
                    }
                }
            }
            Label {
                text: row.title
                wrapMode: Text.WordWrap
                maximumLineCount: 2
                anchors.left: keys.right
                anchors.leftMargin: 8
                anchors.right: parent.right
                anchors.rightMargin: 8
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
    PushButton {
        text: qsTr("Back")
        kind: "primary"
        keyCap: "Esc"
        onClicked: dialog.keymap.leave()
        Layout.fillWidth: true
        Layout.preferredHeight: 60
    }
}
