// Change from the bank: how many of each note and coin.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property ChangeOrderModel change

    readonly property bool upright: dialog.width < 900 || Theme.large

    title: qsTr("Order change")
    hint: qsTr("How many of each the bank is to bring. When it comes, write it down under Cash in and out.")
    iconName: "cash"
    sheetWidth: 960
    onDismissed: dialog.till.close()

    GridLayout {
        columns: dialog.upright ? 1 : 2
        columnSpacing: 24
        rowSpacing: 12
        Layout.fillWidth: true
        RowLayout {
            spacing: 12
            Layout.fillWidth: true
            Layout.preferredHeight: dialog.upright ? 400 : 430
            CountColumn {
                title: qsTr("Notes")
                rows: dialog.change.notes
                showsAmounts: width > 320
                onChosen: key => dialog.change.choose(key)
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 1
            }
            CountColumn {
                title: qsTr("Coins")
                rows: dialog.change.coins
                showsAmounts: width > 320
                onChosen: key => dialog.change.choose(key)
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 1
            }
        }
        ColumnLayout {
            spacing: 8
            Layout.preferredWidth: 300 * Theme.textScale
            Layout.maximumWidth: dialog.upright ? -1 : 320 * Theme.textScale
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Label {
                text: qsTr("Total")
                muted: true
            }
            Label {
                text: dialog.change.totalText
                figures: true
                strong: true
                font.pixelSize: Theme.displayTotal
                fontSizeMode: Text.HorizontalFit
                Layout.fillWidth: true
            }
            Label {
                visible: dialog.change.errorText !== ""
                text: dialog.change.errorText
                color: Theme.bad
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
                Accessible.role: Accessible.AlertMessage
            }
            Keypad {
                onDigit: digit => dialog.change.digit(digit)
                onBackspace: dialog.change.backspace()
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
            Layout.preferredHeight: 60
        }
        Item {
            Layout.fillWidth: true
        }
        PushButton {
            text: qsTr("Order")
            kind: "primary"
            keyCap: "F9"
            onClicked: dialog.change.order()
            Layout.preferredHeight: 60
            Layout.preferredWidth: 220 * Theme.textScale
        }
    }
}
