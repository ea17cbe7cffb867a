// T14: cash in and out without a sale: what, how much, what for; above the limit a second person.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property CashModel cash

    title: qsTr("Cash in and out")
    hint: dialog.cash.hint
    iconName: "cash"
    sheetWidth: 860
    onDismissed: dialog.cash.back()

    GridLayout {
        columns: dialog.width < 760 || Theme.large ? 1 : 2
        columnSpacing: 24
        rowSpacing: 12
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 8
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            GridLayout {
                columns: Theme.large ? 1 : 2
                columnSpacing: Theme.gap
                rowSpacing: Theme.gap
                uniformCellWidths: true
                Layout.fillWidth: true
                Repeater {
                    model: dialog.cash.kinds
                    PushButton {
                        required property string key
                        required property string title
                        required property bool chosen
                        text: title
                        kind: chosen ? "soft" : "secondary"
                        textSize: Theme.textBody
                        Accessible.role: Accessible.RadioButton
                        Accessible.checkable: true
                        Accessible.checked: chosen
                        onClicked: dialog.cash.choose(key)
                        Layout.fillWidth: true
                        Layout.preferredHeight: 60
                    }
                }
            }
            RowLayout {
                visible: dialog.cash.isDeposit
                spacing: Theme.gap
                Layout.fillWidth: true
                Chip {
                    text: qsTr("Out of the safe")
                    chosen: !dialog.cash.isFromDrawer
                    onClicked: dialog.cash.setFromDrawer(false)
                }
                Chip {
                    text: qsTr("Out of the drawer")
                    chosen: dialog.cash.isFromDrawer
                    onClicked: dialog.cash.setFromDrawer(true)
                }
            }
            Label {
                visible: dialog.cash.hasOrders
                text: qsTr("What was ordered comes now?")
                muted: true
            }
            Repeater {
                model: dialog.cash.hasOrders ? dialog.cash.orders : null
                PushButton {
                    required property string key
                    required property string title
                    required property bool chosen
                    text: title
                    kind: chosen ? "soft" : "secondary"
                    textSize: Theme.textBody
                    Accessible.role: Accessible.RadioButton
                    Accessible.checkable: true
                    Accessible.checked: chosen
                    onClicked: dialog.cash.chooseOrder(key)
                    Layout.fillWidth: true
                    Layout.preferredHeight: 60
                }
            }
            Label {
                visible: dialog.cash.textLabel !== ""
                text: dialog.cash.textLabel
                muted: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
                Layout.topMargin: 6
            }
            Field {
                visible: dialog.cash.textLabel !== ""
                label: dialog.cash.textLabel
                // While a second person is asked for, what is typed is their number and PIN, and no text that all can read.
                enabled: !dialog.cash.isSigning
                text: dialog.cash.text
                maximumLength: 200
                onTextEdited: dialog.cash.write(text)
                onAccepted: dialog.cash.enter()
                Keys.onEscapePressed: dialog.cash.back()
                Layout.fillWidth: true
            }
        }
        ColumnLayout {
            spacing: 10
            Layout.preferredWidth: Math.min(400, 320 * Theme.textScale)
            Layout.maximumWidth: Layout.preferredWidth
            Layout.alignment: Qt.AlignTop
            Label {
                text: dialog.cash.entryLabel
                muted: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Rectangle {
                radius: Theme.radiusSmall
                color: Theme.raised
                border.width: 1
                border.color: dialog.cash.errorText === "" ? Theme.outline : Theme.bad
                Layout.fillWidth: true
                Layout.preferredHeight: 60
                Label {
                    anchors.fill: parent
                    anchors.margins: 12
                    text: dialog.cash.entryText
                    figures: true
                    strong: true
                    font.pixelSize: Theme.textHeading
                    horizontalAlignment: Text.AlignRight
                    verticalAlignment: Text.AlignVCenter
                    Accessible.name: dialog.cash.entryLabel
                }
            }
            Label {
                visible: dialog.cash.errorText !== ""
                text: dialog.cash.errorText
                color: Theme.bad
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
                Accessible.role: Accessible.AlertMessage
            }
            Keypad {
                onDigit: digit => dialog.cash.digit(digit)
                onBackspace: dialog.cash.backspace()
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
            onClicked: dialog.cash.back()
            Layout.preferredHeight: 60
        }
        Item {
            Layout.fillWidth: true
        }
        PushButton {
            text: dialog.cash.isSigning && !dialog.cash.isPin ? qsTr("Next") : qsTr("Write down")
            kind: "primary"
            keyCap: "Enter"
            onClicked: dialog.cash.enter()
            Layout.preferredHeight: 60
            Layout.preferredWidth: 220 * Theme.textScale
        }
    }
}
