// What can be done with the chosen line and with the sale; each with its key.
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

GridLayout {
    id: bar
    required property TillModel till
    required property SaleModel sale
    readonly property bool narrow: bar.width < 1100
    readonly property bool wordsOnly: bar.narrow || Theme.large
    // The longest Dutch word has to stand whole on a quarter of what the keypad leaves.
    readonly property int wordSize: bar.folded ? Math.round(Theme.textSmall * 0.9) : bar.narrow ? Theme.textSmall : Theme.textBody
    // Where large text takes the keypad off the screen, it is brought back here.
    property bool folded: false
    property bool keypadOut: false
    signal keypadWanted(bool out)

    columns: bar.folded ? 4 : bar.width < 640 && !Theme.large ? 3 : 6
    columnSpacing: Theme.gap
    rowSpacing: Theme.gap
    uniformCellWidths: true

    PushButton {
        text: qsTr("Quantity")
        keyCap: Theme.large ? "" : "F3"
        iconName: bar.wordsOnly ? "" : "edit"
        textSize: bar.wordSize
        upright: bar.narrow && !Theme.large
        enabled: bar.sale.hasLine
        onClicked: bar.sale.askQuantity()
        Layout.fillWidth: true
    }
    PushButton {
        text: qsTr("Remove")
        keyCap: Theme.large ? "" : "F4"
        iconName: bar.wordsOnly ? "" : "trash"
        textSize: bar.wordSize
        upright: bar.narrow && !Theme.large
        enabled: bar.sale.hasLine
        onClicked: bar.sale.remove()
        Layout.fillWidth: true
    }
    PushButton {
        text: qsTr("Line discount")
        keyCap: Theme.large ? "" : "F6"
        iconName: bar.wordsOnly ? "" : "tag"
        textSize: bar.wordSize
        upright: bar.narrow && !Theme.large
        enabled: bar.sale.hasLine
        onClicked: bar.till.discountLine()
        Layout.fillWidth: true
    }
    PushButton {
        text: qsTr("Sale discount")
        keyCap: Theme.large ? "" : "F7"
        iconName: bar.wordsOnly ? "" : "discount"
        textSize: bar.wordSize
        upright: bar.narrow && !Theme.large
        enabled: !bar.sale.isEmpty
        onClicked: bar.till.discountSale()
        Layout.fillWidth: true
    }
    PushButton {
        text: qsTr("Void sale")
        keyCap: Theme.large ? "" : "F8"
        iconName: bar.wordsOnly ? "" : "ban"
        textSize: bar.wordSize
        upright: bar.narrow && !Theme.large
        enabled: !bar.sale.isEmpty
        onClicked: bar.sale.askVoid()
        Layout.fillWidth: true
    }
    PushButton {
        text: qsTr("More")
        keyCap: Theme.large ? "" : "F5"
        iconName: bar.wordsOnly ? "" : "more"
        textSize: bar.wordSize
        upright: bar.narrow && !Theme.large
        onClicked: bar.till.showMenu()
        Layout.fillWidth: true
    }
    PushButton {
        visible: bar.folded
        text: bar.keypadOut ? qsTr("Articles") : qsTr("Keypad")
        textSize: bar.wordSize
        upright: bar.narrow && !Theme.large
        kind: "soft"
        onClicked: bar.keypadWanted(!bar.keypadOut)
        Layout.fillWidth: true
    }
}
