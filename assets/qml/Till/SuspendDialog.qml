// Put the sale aside: what to call it, which may be left empty.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property SuspendedModel suspended

    title: qsTr("Suspend the sale?")
    hint: dialog.suspended.subject
    iconName: "pause"
    onDismissed: dialog.till.close()
    // After the stage has taken the keyboard back, which it does for every dialog.
    Component.onCompleted: Qt.callLater(note.forceActiveFocus)

    Label {
        text: qsTr("A word to find it again, such as: red coat (may stay empty)")
        muted: true
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    Field {
        id: note
        label: qsTr("What to call it")
        maximumLength: dialog.suspended.noteMax
        Layout.fillWidth: true
        onAccepted: dialog.suspended.suspend(note.text)
        Keys.onEscapePressed: dialog.till.close()
    }
    RowLayout {
        spacing: 12
        uniformCellSizes: true
        Layout.fillWidth: true
        Layout.topMargin: 8
        PushButton {
            text: qsTr("Go on selling")
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.fillWidth: true
            Layout.preferredHeight: 64
        }
        PushButton {
            text: qsTr("Suspend")
            kind: "primary"
            keyCap: "Enter"
            onClicked: dialog.suspended.suspend(note.text)
            Layout.fillWidth: true
            Layout.preferredHeight: 64
        }
    }
}
