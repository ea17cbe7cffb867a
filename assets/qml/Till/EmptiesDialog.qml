// Deposit that goes back: bottles and slips are scanned, or pieces of one deposit are counted.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property EmptiesModel empties

    title: qsTr("Deposit back")
    hint: qsTr("Scan the bottles or the machine's slip, or key in how many and choose the deposit.")
    iconName: "undo"
    sheetWidth: 520
    onDismissed: dialog.till.close()

    RowLayout {
        spacing: 12
        Layout.fillWidth: true
        Label {
            text: qsTr("Goes back so far")
            muted: true
            Layout.fillWidth: true
        }
        Label {
            text: dialog.empties.backText
            strong: true
            figures: true
            font.pixelSize: Theme.textHeading
        }
    }
    Rectangle {
        radius: Theme.radiusSmall
        color: Theme.raised
        border.width: 1
        border.color: dialog.empties.errorText === "" ? Theme.outline : Theme.bad
        Layout.fillWidth: true
        Layout.preferredHeight: 56
        Label {
            anchors.fill: parent
            anchors.margins: 14
            text: dialog.empties.piecesText + " ×"
            muted: !dialog.empties.isKeyed
            figures: true
            strong: true
            font.pixelSize: Theme.textHeading - 2
            horizontalAlignment: Text.AlignRight
            verticalAlignment: Text.AlignVCenter
            Accessible.name: qsTr("How many")
        }
    }
    Label {
        visible: dialog.empties.errorText !== ""
        text: dialog.empties.errorText
        color: Theme.bad
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    Keypad {
        onDigit: digit => dialog.empties.digit(digit)
        onBackspace: dialog.empties.backspace()
        Layout.fillWidth: true
    }
    GridLayout {
        columns: 3
        columnSpacing: 10
        rowSpacing: 10
        uniformCellWidths: true
        Layout.fillWidth: true
        Repeater {
            model: dialog.empties.amounts
            PushButton {
                id: amount
                required property string key
                required property string title
                required property bool chosen
                text: amount.title
                kind: amount.chosen ? "soft" : "secondary"
                onClicked: dialog.empties.take(amount.key)
                Layout.fillWidth: true
                Layout.preferredHeight: 60
            }
        }
    }
    RowLayout {
        spacing: 12
        uniformCellSizes: true
        Layout.fillWidth: true
        PushButton {
            text: qsTr("Back")
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: dialog.empties.isKeyed ? qsTr("Count them") : qsTr("Ready")
            kind: "primary"
            keyCap: "Enter"
            onClicked: dialog.empties.enter()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
}
