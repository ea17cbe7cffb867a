// The second person: staff number and PIN. Without one the shift is closed all the same, and the manager hears of it.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

GridLayout {
    id: step
    required property ClosingModel closing
    required property bool upright
    required property int sideWidth

    columns: step.upright ? 1 : 2
    columnSpacing: 24
    rowSpacing: 16

    ColumnLayout {
        spacing: 16
        Layout.fillWidth: true
        Layout.fillHeight: true
        Label {
            text: qsTr("Sign the difference off")
            strong: true
            font.pixelSize: Theme.displayHeading
            Accessible.role: Accessible.Heading
        }
        CountSummary {
            closing: step.closing
            Layout.fillWidth: true
        }
        Label {
            text: qsTr("Somebody else than who counted. Is nobody there? Close now: the Z report and the hub say that it is open.")
            muted: true
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
        }
        Item {
            Layout.fillHeight: true
        }
    }
    ColumnLayout {
        spacing: 12
        Layout.preferredWidth: step.sideWidth
        Layout.maximumWidth: step.upright ? -1 : step.sideWidth
        Layout.fillWidth: step.upright
        Layout.fillHeight: !step.upright
        Label {
            text: step.closing.entryLabel
            muted: true
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
        }
        Rectangle {
            radius: Theme.radiusSmall
            color: Theme.surface
            border.width: 1
            border.color: step.closing.errorText === "" ? Theme.outline : Theme.bad
            Layout.fillWidth: true
            Layout.preferredHeight: 64
            Label {
                anchors.fill: parent
                anchors.margins: 14
                text: step.closing.entryText
                figures: true
                strong: true
                font.pixelSize: Theme.textHeading
                horizontalAlignment: Text.AlignRight
                verticalAlignment: Text.AlignVCenter
                Accessible.name: step.closing.entryLabel
            }
        }
        Label {
            visible: step.closing.errorText !== ""
            text: step.closing.errorText
            color: Theme.bad
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
            Accessible.role: Accessible.AlertMessage
        }
        Item {
            visible: !step.upright
            Layout.fillHeight: true
        }
        Keypad {
            onDigit: digit => step.closing.digit(digit)
            onBackspace: step.closing.backspace()
            Layout.fillWidth: true
        }
        PushButton {
            text: qsTr("Close without a second person")
            kind: "danger"
            keyCap: "F8"
            textSize: Theme.textBody
            onClicked: step.closing.goHome()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        RowLayout {
            spacing: Theme.gap
            Layout.fillWidth: true
            PushButton {
                text: qsTr("Back")
                keyCap: "Esc"
                onClicked: step.closing.unsign()
                Layout.preferredHeight: 72
                Layout.preferredWidth: 110 * Theme.textScale
            }
            PushButton {
                text: step.closing.isPin ? qsTr("Close the shift") : qsTr("Next")
                kind: "primary"
                keyCap: "Enter"
                onClicked: step.closing.finish()
                Layout.fillWidth: true
                Layout.preferredHeight: 72
            }
        }
    }
}
