// The serial number of a piece: the next scan, or keyed in.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property SerialModel serial

    title: dialog.serial.isCard ? qsTr("Number of the gift card") : qsTr("Serial number")
    hint: dialog.serial.subject
    iconName: dialog.serial.isCard ? "card" : "barcode"
    sheetWidth: 560
    onDismissed: dialog.till.close()
    // After the stage has taken the keyboard back, which it does for every dialog.
    Component.onCompleted: Qt.callLater(number.forceActiveFocus)

    Label {
        text: dialog.serial.isCard ? qsTr("Scan the card that the customer gets, or key its number in. A card that was sold before is loaded again.") : qsTr("Scan the number on the piece, or key it in.")
        muted: true
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    Field {
        id: number
        label: dialog.serial.isCard ? qsTr("Number on the card") : qsTr("Serial number")
        maximumLength: dialog.serial.mostCharacters
        Layout.fillWidth: true
        onAccepted: dialog.serial.take(number.text)
        Keys.onEscapePressed: dialog.till.close()
    }
    Label {
        visible: dialog.serial.errorText !== ""
        text: dialog.serial.errorText
        color: Theme.bad
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    RowLayout {
        spacing: 12
        uniformCellSizes: true
        Layout.fillWidth: true
        PushButton {
            text: qsTr("Later")
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: qsTr("Keep")
            kind: "primary"
            keyCap: "Enter"
            enabled: number.text !== ""
            onClicked: dialog.serial.take(number.text)
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
}
