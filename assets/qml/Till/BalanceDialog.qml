// What is left on a gift card or store credit: the next scan, or its number.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property BalanceModel balance

    title: qsTr("What is left on a card")
    hint: qsTr("Scan a gift card or the slip of store credit, or key its number in. Nothing is paid with it.")
    iconName: "card"
    sheetWidth: 560
    onDismissed: dialog.till.close()
    // After the stage has taken the keyboard back, which it does for every dialog.
    Component.onCompleted: Qt.callLater(number.forceActiveFocus)

    Field {
        id: number
        label: qsTr("Number on the card")
        placeholderText: label
        maximumLength: dialog.balance.mostCharacters
        Layout.fillWidth: true
        onAccepted: dialog.balance.ask(number.text)
        Keys.onEscapePressed: dialog.till.close()
    }
    Label {
        visible: dialog.balance.isAsking
        text: qsTr("The hub is asked ...")
        muted: true
        Layout.fillWidth: true
    }
    Card {
        visible: dialog.balance.isFound
        Layout.fillWidth: true
        Layout.preferredHeight: found.implicitHeight + 40
        ColumnLayout {
            id: found
            anchors.fill: parent
            anchors.margins: 20
            spacing: 4
            Label {
                text: dialog.balance.kindText + "  " + dialog.balance.numberText
                muted: true
                wrapMode: Text.WrapAnywhere
                Layout.fillWidth: true
            }
            Label {
                text: dialog.balance.leftText
                figures: true
                strong: true
                color: dialog.balance.isOver ? Theme.bad : Theme.ink
                font.pixelSize: Theme.displayTotal
                fontSizeMode: Text.HorizontalFit
                Layout.fillWidth: true
                Accessible.role: Accessible.Heading
            }
            Label {
                visible: dialog.balance.noteText !== ""
                text: dialog.balance.noteText
                muted: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
        }
    }
    Label {
        visible: dialog.balance.errorText !== ""
        text: dialog.balance.errorText
        color: Theme.bad
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    PushButton {
        visible: dialog.balance.isForGoods
        text: qsTr("Take it off the sale")
        kind: "primary"
        keyCap: "F9"
        onClicked: dialog.balance.redeem()
        Layout.fillWidth: true
        Layout.preferredHeight: 60
    }
    RowLayout {
        spacing: 12
        uniformCellSizes: true
        Layout.fillWidth: true
        PushButton {
            text: qsTr("Back to the sale")
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: qsTr("Tell what is left")
            kind: dialog.balance.isForGoods ? "secondary" : "primary"
            keyCap: "Enter"
            enabled: number.text !== "" && !dialog.balance.isAsking
            onClicked: dialog.balance.ask(number.text)
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
}
