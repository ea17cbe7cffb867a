// It is not known what became of a card payment: a manager says what the terminal's own paper says.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property CardWordModel word

    title: qsTr("What does the paper say?")
    hint: dialog.word.hintText
    iconName: "card"
    kind: "warn"
    sheetWidth: 640
    onDismissed: dialog.till.close()

    RowLayout {
        spacing: 24
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 8
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            PushButton {
                text: dialog.word.yesText
                kind: dialog.word.isPaid ? "soft" : "secondary"
                iconName: dialog.word.isPaid ? "check" : ""
                Accessible.role: Accessible.RadioButton
                Accessible.checkable: true
                Accessible.checked: dialog.word.isPaid
                onClicked: dialog.word.choose(true)
                Layout.fillWidth: true
            }
            PushButton {
                text: dialog.word.noText
                kind: dialog.word.isPaid ? "secondary" : "soft"
                iconName: dialog.word.isPaid ? "" : "check"
                Accessible.role: Accessible.RadioButton
                Accessible.checkable: true
                Accessible.checked: !dialog.word.isPaid
                onClicked: dialog.word.choose(false)
                Layout.fillWidth: true
            }
        }
        ColumnLayout {
            spacing: 10
            Layout.preferredWidth: Math.min(360, 270 * Theme.textScale)
            Layout.maximumWidth: Layout.preferredWidth
            Label {
                text: dialog.word.entryLabel
                muted: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Rectangle {
                radius: Theme.radiusSmall
                color: Theme.raised
                border.width: 1
                border.color: dialog.word.errorText === "" ? Theme.outline : Theme.bad
                Layout.fillWidth: true
                Layout.preferredHeight: 60
                Label {
                    anchors.fill: parent
                    anchors.margins: 14
                    text: dialog.word.entryText
                    figures: true
                    strong: true
                    font.pixelSize: Theme.textHeading - 2
                    horizontalAlignment: Text.AlignRight
                    verticalAlignment: Text.AlignVCenter
                    Accessible.name: dialog.word.entryLabel
                }
            }
            Label {
                text: dialog.word.errorText === "" ? " " : dialog.word.errorText
                color: Theme.bad
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Keypad {
                onDigit: digit => dialog.word.digit(digit)
                onBackspace: dialog.word.backspace()
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
            onClicked: dialog.till.close()
            Layout.preferredHeight: 56
        }
        Item {
            Layout.fillWidth: true
        }
        PushButton {
            text: dialog.word.isLast ? qsTr("Say so") : qsTr("Next")
            kind: dialog.word.isLast ? "danger" : "primary"
            keyCap: "Enter"
            onClicked: dialog.word.enter()
            Layout.preferredHeight: 56
            Layout.preferredWidth: 180 * Theme.textScale
        }
    }
}
