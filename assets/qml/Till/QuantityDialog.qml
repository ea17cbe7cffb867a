// The quantity of the chosen line, or its weight.
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property SaleModel sale

    title: qsTr("Quantity")
    hint: dialog.sale.lineName
    iconName: "edit"
    sheetWidth: 400
    onDismissed: dialog.till.close()

    Rectangle {
        radius: Theme.radiusSmall
        color: Theme.raised
        border.width: 1
        border.color: Theme.outline
        Layout.fillWidth: true
        Layout.preferredHeight: 68
        Label {
            anchors.fill: parent
            anchors.margins: 16
            text: dialog.sale.quantityText
            figures: true
            strong: true
            font.pixelSize: Theme.textHeading
            horizontalAlignment: Text.AlignRight
            verticalAlignment: Text.AlignVCenter
        }
    }
    Keypad {
        onDigit: digit => dialog.sale.quantityDigit(digit)
        onBackspace: dialog.sale.quantityBack()
        Layout.fillWidth: true
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
            text: qsTr("Set")
            kind: "primary"
            keyCap: "Enter"
            onClicked: dialog.sale.quantityEnter()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
}
