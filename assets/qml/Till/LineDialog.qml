// A note on the chosen line, and who advised the customer.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property LineModel line

    title: qsTr("Note and associate")
    hint: dialog.line.subject
    iconName: "edit"
    sheetWidth: 640
    onDismissed: dialog.till.close()
    // After the stage has taken the keyboard back, which it does for every dialog.
    Component.onCompleted: Qt.callLater(note.forceActiveFocus)

    Label {
        text: qsTr("A note, which stands on the receipt")
        muted: true
    }
    RowLayout {
        spacing: 12
        Layout.fillWidth: true
        Field {
            id: note
            label: qsTr("A note, which stands on the receipt")
            text: dialog.line.note
            maximumLength: dialog.line.noteMax
            Layout.fillWidth: true
            onAccepted: dialog.line.setNote(note.text)
            Keys.onEscapePressed: dialog.till.close()
        }
        PushButton {
            text: qsTr("Keep")
            kind: "primary"
            keyCap: "Enter"
            onClicked: dialog.line.setNote(note.text)
            Layout.preferredHeight: 56
        }
    }
    Label {
        text: qsTr("Who advised?")
        muted: true
        Layout.topMargin: 8
    }
    GridLayout {
        columns: Theme.large ? 1 : 2
        columnSpacing: 10
        rowSpacing: 10
        uniformCellWidths: true
        Layout.fillWidth: true
        Repeater {
            model: dialog.line.people
            PushButton {
                id: person
                required property string key
                required property string title
                required property bool chosen
                text: person.title
                kind: person.chosen ? "soft" : "secondary"
                iconName: person.chosen ? "check" : ""
                textSize: Theme.textBody
                Accessible.role: Accessible.RadioButton
                Accessible.checkable: true
                Accessible.checked: person.chosen
                onClicked: dialog.line.setAssociate(person.key)
                Layout.fillWidth: true
            }
        }
    }
    Label {
        visible: dialog.line.errorText !== ""
        text: dialog.line.errorText
        color: Theme.bad
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    PushButton {
        text: qsTr("Back to the sale")
        keyCap: "Esc"
        onClicked: dialog.till.close()
        Layout.fillWidth: true
        Layout.preferredHeight: 60
        Layout.topMargin: 8
    }
}
