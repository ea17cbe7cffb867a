// A discount on a line or on the sale: how much, and why.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property DiscountModel discount

    title: dialog.discount.isLine ? qsTr("Discount on the line") : qsTr("Discount on the sale")
    hint: dialog.discount.subject
    iconName: "discount"
    sheetWidth: 760
    onDismissed: dialog.till.close()

    RowLayout {
        spacing: 24
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 8
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Label {
                text: qsTr("Reason")
                muted: true
            }
            Repeater {
                model: dialog.discount.reasons
                PushButton {
                    required property string key
                    required property string title
                    required property bool chosen
                    text: title
                    kind: chosen ? "soft" : "secondary"
                    iconName: chosen ? "check" : ""
                    textSize: Theme.textBody
                    Accessible.role: Accessible.RadioButton
                    Accessible.checkable: true
                    Accessible.checked: chosen
                    onClicked: dialog.discount.chooseReason(key)
                    Layout.fillWidth: true
                }
            }
        }
        ColumnLayout {
            spacing: 10
            Layout.preferredWidth: Theme.large ? 440 : 320
            Layout.maximumWidth: Layout.preferredWidth
            GridLayout {
                columns: 4
                columnSpacing: Theme.gap
                rowSpacing: Theme.gap
                Chip {
                    text: qsTr("Percent")
                    chosen: dialog.discount.isPercent
                    onClicked: dialog.discount.setPercent(true)
                }
                Chip {
                    text: qsTr("Amount")
                    chosen: !dialog.discount.isPercent && !dialog.discount.isPrice
                    onClicked: dialog.discount.setPercent(false)
                }
                Chip {
                    visible: dialog.discount.isLine
                    text: qsTr("Price")
                    chosen: dialog.discount.isPrice
                    onClicked: dialog.discount.setPrice()
                }
                KeyCap {
                    visible: !Theme.large
                    key: "F3"
                }
            }
            Rectangle {
                radius: Theme.radiusSmall
                color: Theme.raised
                border.width: 1
                border.color: dialog.discount.errorText === "" ? Theme.outline : Theme.bad
                Layout.fillWidth: true
                Layout.preferredHeight: 60
                Label {
                    anchors.fill: parent
                    anchors.margins: 14
                    text: dialog.discount.entryText
                    figures: true
                    strong: true
                    font.pixelSize: Theme.textHeading - 2
                    horizontalAlignment: Text.AlignRight
                    verticalAlignment: Text.AlignVCenter
                }
            }
            Label {
                text: dialog.discount.errorText !== "" ? dialog.discount.errorText : dialog.discount.resultText === "" ? " " : dialog.discount.resultText
                color: dialog.discount.errorText !== "" ? Theme.bad : Theme.inkMuted
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Keypad {
                extra: dialog.discount.isPercent ? "" : "00"
                onDigit: digit => dialog.discount.digit(digit)
                onExtraPressed: dialog.discount.digit("00")
                onBackspace: dialog.discount.backspace()
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
            Layout.fillWidth: Theme.large
        }
        PushButton {
            visible: dialog.discount.isThere
            text: qsTr("Take the discount away")
            kind: "danger"
            onClicked: dialog.discount.takeAway()
            Layout.preferredHeight: 60
            Layout.fillWidth: Theme.large
        }
        Item {
            visible: !Theme.large
            Layout.fillWidth: true
        }
        PushButton {
            text: qsTr("Give discount")
            kind: "primary"
            keyCap: "Enter"
            enabled: dialog.discount.canEnter
            onClicked: dialog.discount.enter()
            Layout.preferredHeight: 60
            Layout.fillWidth: Theme.large
        }
    }
}
