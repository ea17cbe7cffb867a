// A second person's word: their number, then their PIN; whoever asked stays signed in.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property ApprovalModel approval

    title: qsTr("A second person has to agree")
    hint: dialog.approval.whyText
    iconName: "users"
    kind: "warn"
    sheetWidth: 460
    onDismissed: dialog.approval.dismiss()

    Label {
        text: dialog.approval.entryLabel
        muted: true
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    Rectangle {
        radius: Theme.radiusSmall
        color: Theme.raised
        border.width: 1
        border.color: dialog.approval.errorText === "" ? Theme.outline : Theme.bad
        Layout.fillWidth: true
        Layout.preferredHeight: 56
        Label {
            anchors.fill: parent
            anchors.margins: 14
            text: dialog.approval.entryText
            figures: true
            strong: true
            font.pixelSize: Theme.textHeading - 2
            horizontalAlignment: Text.AlignRight
            verticalAlignment: Text.AlignVCenter
            Accessible.name: dialog.approval.entryLabel
        }
    }
    Label {
        visible: dialog.approval.errorText !== ""
        text: dialog.approval.errorText
        color: Theme.bad
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    Keypad {
        onDigit: digit => dialog.approval.digit(digit)
        onBackspace: dialog.approval.backspace()
        Layout.fillWidth: true
    }
    RowLayout {
        spacing: 12
        uniformCellSizes: true
        Layout.fillWidth: true
        PushButton {
            text: qsTr("Back")
            keyCap: "Esc"
            onClicked: dialog.approval.dismiss()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: dialog.approval.isPin ? qsTr("Agree") : qsTr("Next")
            kind: "primary"
            keyCap: "Enter"
            onClicked: dialog.approval.enter()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
}
