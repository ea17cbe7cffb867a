// Something is left out for good: a reason, and a manager's number and PIN.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property ExceptionsModel exceptions

    title: qsTr("Write off with a manager's word")
    hint: dialog.exceptions.subjectMoney === "" ? dialog.exceptions.subject : dialog.exceptions.subject + " · " + dialog.exceptions.subjectMoney
    iconName: "alert-triangle"
    kind: "warn"
    sheetWidth: 780
    onDismissed: dialog.till.showExceptions()

    RowLayout {
        spacing: 24
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 8
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Label {
                text: qsTr("Reason")
                muted: true
            }
            Repeater {
                model: dialog.exceptions.reasons
                PushButton {
                    required property string key
                    required property string title
                    required property bool chosen
                    text: title
                    kind: chosen ? "soft" : "secondary"
                    iconName: chosen ? "check" : ""
                    textSize: Theme.textBody
                    Accessible.role: Accessible.RadioButton
                    Accessible.checkable: true
                    Accessible.checked: chosen
                    onClicked: dialog.exceptions.chooseReason(key)
                    Layout.fillWidth: true
                }
            }
            Label {
                text: qsTr("It counts for nothing then. Only the hub can open it again.")
                muted: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
        }
        ColumnLayout {
            spacing: 10
            Layout.preferredWidth: Math.min(400, 320 * Theme.textScale)
            Layout.maximumWidth: Layout.preferredWidth
            Label {
                text: dialog.exceptions.entryLabel
                muted: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Rectangle {
                radius: Theme.radiusSmall
                color: Theme.raised
                border.width: 1
                border.color: dialog.exceptions.errorText === "" ? Theme.outline : Theme.bad
                Layout.fillWidth: true
                Layout.preferredHeight: 60
                Label {
                    anchors.fill: parent
                    anchors.margins: 14
                    text: dialog.exceptions.entryText
                    figures: true
                    strong: true
                    font.pixelSize: Theme.textHeading - 2
                    horizontalAlignment: Text.AlignRight
                    verticalAlignment: Text.AlignVCenter
                    Accessible.name: dialog.exceptions.entryLabel
                }
            }
            Label {
                text: dialog.exceptions.errorText === "" ? " " : dialog.exceptions.errorText
                color: Theme.bad
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Keypad {
                onDigit: digit => dialog.exceptions.digit(digit)
                onBackspace: dialog.exceptions.backspace()
                Layout.fillWidth: true
            }
        }
    }
    RowLayout {
        spacing: 12
        Layout.fillWidth: true
        PushButton {
            text: qsTr("Back")
            keyCap: "Esc"
            onClicked: dialog.till.showExceptions()
            Layout.preferredHeight: 56
        }
        Item {
            Layout.fillWidth: true
        }
        PushButton {
            text: dialog.exceptions.isPin ? qsTr("Write off") : qsTr("Next")
            kind: dialog.exceptions.isPin ? "danger" : "primary"
            keyCap: "Enter"
            onClicked: dialog.exceptions.enter()
            Layout.preferredHeight: 56
            Layout.preferredWidth: 200 * Theme.textScale
        }
    }
}
