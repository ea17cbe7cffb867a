// What can be done with the chosen line and with the sale; each with its key.
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

RowLayout {
    id: bar
    required property TillModel till
    required property SaleModel sale
    readonly property bool narrow: bar.width < 900

    spacing: Theme.gap
    uniformCellSizes: true

    PushButton {
        text: qsTr("Quantity")
        keyCap: "F3"
        iconName: bar.narrow ? "" : "edit"
        textSize: bar.narrow ? Theme.textSmall : Theme.textBody
        enabled: bar.sale.hasLine
        onClicked: bar.sale.askQuantity()
        Layout.fillWidth: true
    }
    PushButton {
        text: qsTr("Remove")
        keyCap: "F4"
        iconName: bar.narrow ? "" : "trash"
        textSize: bar.narrow ? Theme.textSmall : Theme.textBody
        enabled: bar.sale.hasLine
        onClicked: bar.sale.remove()
        Layout.fillWidth: true
    }
    PushButton {
        text: qsTr("Line discount")
        keyCap: "F6"
        iconName: bar.narrow ? "" : "tag"
        textSize: bar.narrow ? Theme.textSmall : Theme.textBody
        enabled: bar.sale.hasLine
        onClicked: bar.till.discountLine()
        Layout.fillWidth: true
    }
    PushButton {
        text: qsTr("Sale discount")
        keyCap: "F7"
        iconName: bar.narrow ? "" : "discount"
        textSize: bar.narrow ? Theme.textSmall : Theme.textBody
        enabled: !bar.sale.isEmpty
        onClicked: bar.till.discountSale()
        Layout.fillWidth: true
    }
    PushButton {
        text: qsTr("Void sale")
        keyCap: "F8"
        iconName: bar.narrow ? "" : "ban"
        textSize: bar.narrow ? Theme.textSmall : Theme.textBody
        enabled: !bar.sale.isEmpty
        onClicked: bar.sale.askVoid()
        Layout.fillWidth: true
    }
}
