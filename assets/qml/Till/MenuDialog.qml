// What the till does beside selling: large keys with a letter each; what cannot be done now says why.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property MoreModel more
    readonly property int columns: Theme.large ? 1 : dialog.width < 900 ? 2 : dialog.more.columns

    // As high as there is room for all of them, within what a finger needs; then the list scrolls.
    readonly property int keyHeight: Math.max(Theme.target, Math.min(72, (dialog.height - 250) / Math.ceil(entries.count / dialog.columns) - 10))

    title: qsTr("What would you like to do?")
    iconName: "menu"
    sheetWidth: 940
    onDismissed: dialog.till.close()

    GridLayout {
        columns: dialog.columns
        columnSpacing: 10
        rowSpacing: 10
        uniformCellWidths: true
        Layout.fillWidth: true
        Repeater {
            id: entries
            model: dialog.more.rows
            PushButton {
                id: entry
                required property string key
                required property string title
                required property bool possible
                required property bool chosen
                required iconName
                required keyCap
                required note
                text: entry.title
                opacity: entry.possible ? 1 : 0.6
                kind: entry.chosen ? "soft" : "secondary"
                textSize: Theme.textBody
                Layout.fillWidth: true
                Layout.preferredHeight: dialog.keyHeight
                onClicked: dialog.more.choose(entry.key)
            }
        }
    }
    PushButton {
        text: qsTr("Back to the sale")
        keyCap: "Esc"
        onClicked: dialog.till.close()
        Layout.preferredHeight: 60
        Layout.fillWidth: true
    }
}
