// Whose sale it is: scan the card, or key in its number.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property LineModel line

    title: qsTr("Customer card")
    hint: dialog.line.customerText
    iconName: "user"
    sheetWidth: 460
    onDismissed: dialog.till.close()

    Label {
        text: qsTr("Scan the card, or key in its number.")
        muted: true
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    Rectangle {
        radius: Theme.radiusSmall
        color: Theme.raised
        border.width: 1
        border.color: dialog.line.errorText === "" ? Theme.outline : Theme.bad
        Layout.fillWidth: true
        Layout.preferredHeight: 56
        Label {
            anchors.fill: parent
            anchors.margins: 14
            text: dialog.line.cardText
            figures: true
            strong: true
            font.pixelSize: Theme.textHeading - 2
            horizontalAlignment: Text.AlignRight
            verticalAlignment: Text.AlignVCenter
            Accessible.name: qsTr("Customer card")
        }
    }
    Label {
        visible: dialog.line.errorText !== ""
        text: dialog.line.errorText
        color: Theme.bad
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    Keypad {
        onDigit: digit => dialog.line.digit(digit)
        onBackspace: dialog.line.backspace()
        Layout.fillWidth: true
    }
    RowLayout {
        spacing: 12
        uniformCellSizes: true
        Layout.fillWidth: true
        PushButton {
            visible: dialog.line.hasCustomer
            text: qsTr("Nobody's")
            keyCap: "Del"
            onClicked: dialog.line.detach()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: qsTr("Back")
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: qsTr("Attach")
            kind: "primary"
            keyCap: "Enter"
            enabled: dialog.line.cardText !== ""
            onClicked: dialog.line.attach()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
}
