// Money goes back: by which way, and what that way's own terminal says of it.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property RefundModel refund

    title: qsTr("Pay out %1").arg(dialog.refund.leftText)
    hint: dialog.refund.hintText
    iconName: "coins"
    sheetWidth: 720
    onDismissed: dialog.refund.cancel()

    RowLayout {
        spacing: 24
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 8
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Repeater {
                model: dialog.refund.ways
                PushButton {
                    id: way
                    required property string key
                    required property string title
                    required property string amount
                    required property bool chosen
                    required note
                    text: way.title + "  " + way.amount
                    kind: way.chosen ? "soft" : "secondary"
                    Accessible.role: Accessible.RadioButton
                    Accessible.checkable: true
                    Accessible.checked: way.chosen
                    onClicked: dialog.refund.choose(way.key)
                    Layout.fillWidth: true
                    Layout.preferredHeight: 68
                }
            }
        }
        ColumnLayout {
            visible: dialog.refund.asksReference
            spacing: 10
            Layout.preferredWidth: Theme.large ? 360 : 280
            Layout.maximumWidth: Layout.preferredWidth
            Label {
                text: qsTr("Reference of the refund on the card terminal")
                muted: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Rectangle {
                radius: Theme.radiusSmall
                color: Theme.raised
                border.width: 1
                border.color: dialog.refund.errorText === "" ? Theme.outline : Theme.bad
                Layout.fillWidth: true
                Layout.preferredHeight: 56
                Label {
                    anchors.fill: parent
                    anchors.margins: 14
                    text: dialog.refund.referenceText
                    figures: true
                    strong: true
                    font.pixelSize: Theme.textHeading - 2
                    horizontalAlignment: Text.AlignRight
                    verticalAlignment: Text.AlignVCenter
                    Accessible.name: qsTr("Reference of the refund on the card terminal")
                }
            }
            Keypad {
                onDigit: digit => dialog.refund.digit(digit)
                onBackspace: dialog.refund.backspace()
                Layout.fillWidth: true
            }
        }
    }
    Label {
        visible: dialog.refund.errorText !== ""
        text: dialog.refund.errorText
        color: Theme.bad
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    RowLayout {
        spacing: 12
        uniformCellSizes: true
        Layout.fillWidth: true
        PushButton {
            text: qsTr("Back to the basket")
            keyCap: "Esc"
            onClicked: dialog.refund.cancel()
            Layout.fillWidth: true
            Layout.preferredHeight: 64
        }
        PushButton {
            text: qsTr("Pay out")
            kind: "primary"
            keyCap: "Enter"
            onClicked: dialog.refund.give()
            Layout.fillWidth: true
            Layout.preferredHeight: 64
        }
    }
}
