// What is not there: what lies here in its place, and what the customer says to it.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

ColumnLayout {
    id: pane
    required property MissingModel missing
    spacing: 10

    GridLayout {
        columns: Theme.large ? 1 : 2
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap
        uniformCellWidths: true
        Layout.fillWidth: true
        Repeater {
            model: pane.missing.proposals
            PushButton {
                required property string key
                required property string title
                required note
                required property bool chosen
                text: title
                kind: chosen ? "soft" : "secondary"
                iconName: chosen ? "check" : "tag"
                Accessible.checkable: true
                Accessible.checked: chosen
                onClicked: pane.missing.propose(key)
                Layout.fillWidth: true
                Layout.preferredHeight: 54
            }
        }
    }
    PushButton {
        visible: pane.missing.dearerText !== ""
        text: pane.missing.dearerText
        keyCap: "F4"
        iconName: pane.missing.isDearer ? "check" : "wallet"
        kind: pane.missing.isDearer ? "soft" : "secondary"
        Accessible.checkable: true
        Accessible.checked: pane.missing.isDearer
        onClicked: pane.missing.dearer()
        Layout.fillWidth: true
    }
    GridLayout {
        columns: Theme.large ? 1 : 2
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap
        uniformCellWidths: true
        Layout.fillWidth: true
        Repeater {
            model: pane.missing.answers
            PushButton {
                required property string key
                required property string title
                required iconName
                required keyCap
                required kind
                text: title
                onClicked: pane.missing.answer(key)
                Layout.fillWidth: true
                Layout.preferredHeight: 54
            }
        }
    }
}
