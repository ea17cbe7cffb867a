// The blind count: notes to the left, coins to the right, and nothing that tells what there should be.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

GridLayout {
    id: step
    required property ClosingModel closing
    required property bool upright
    required property int sideWidth

    columns: step.upright ? 1 : 2
    columnSpacing: 24
    rowSpacing: 16

    ColumnLayout {
        spacing: 10
        Layout.fillWidth: true
        Layout.fillHeight: true
        Label {
            text: qsTr("Count the drawer")
            strong: true
            font.pixelSize: Theme.displayHeading
            Accessible.role: Accessible.Heading
        }
        Label {
            visible: text !== ""
            text: step.closing.goneOnText
            color: Theme.warn
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
        }
        RowLayout {
            spacing: 12
            Layout.fillWidth: true
            Layout.fillHeight: true
            CountColumn {
                title: qsTr("Notes")
                rows: step.closing.notes
                showsAmounts: step.closing.totalText !== "" && width > 320
                onChosen: key => step.closing.choose(key)
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 1
            }
            CountColumn {
                title: qsTr("Coins")
                rows: step.closing.coins
                showsAmounts: step.closing.totalText !== "" && width > 320
                onChosen: key => step.closing.choose(key)
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 1
            }
        }
    }
    ColumnLayout {
        spacing: 12
        Layout.preferredWidth: step.sideWidth
        Layout.maximumWidth: step.upright ? -1 : step.sideWidth
        Layout.fillWidth: step.upright
        Layout.fillHeight: !step.upright
        Card {
            Layout.fillWidth: true
            Layout.preferredHeight: sum.implicitHeight + 32
            ColumnLayout {
                id: sum
                anchors.fill: parent
                anchors.margins: 16
                spacing: 2
                Label {
                    text: step.closing.totalText === "" ? qsTr("Counted blind") : qsTr("Counted")
                    muted: step.closing.totalText !== ""
                    strong: step.closing.totalText === ""
                    Layout.fillWidth: true
                }
                Label {
                    visible: step.closing.totalText !== ""
                    text: step.closing.totalText
                    figures: true
                    strong: true
                    font.pixelSize: Theme.displayTotal
                    fontSizeMode: Text.HorizontalFit
                    Layout.fillWidth: true
                }
                Label {
                    visible: step.closing.totalText === ""
                    text: qsTr("The total is shown when the count is handed in. Each number is kept at once.")
                    muted: true
                    wrapMode: Text.WordWrap
                    Layout.fillWidth: true
                }
            }
        }
        Label {
            visible: step.closing.errorText !== ""
            text: step.closing.errorText
            color: Theme.bad
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
            Accessible.role: Accessible.AlertMessage
        }
        Item {
            visible: !step.upright
            Layout.fillHeight: true
        }
        Keypad {
            onDigit: digit => step.closing.digit(digit)
            onBackspace: step.closing.backspace()
            Layout.fillWidth: true
        }
        RowLayout {
            spacing: Theme.gap
            Layout.fillWidth: true
            PushButton {
                text: qsTr("Later")
                keyCap: "Esc"
                onClicked: step.closing.leave()
                Layout.preferredHeight: 72
                Layout.preferredWidth: 110 * Theme.textScale
            }
            PushButton {
                text: qsTr("Hand in")
                kind: "primary"
                keyCap: "F9"
                onClicked: step.closing.handIn()
                Layout.fillWidth: true
                Layout.preferredHeight: 72
            }
        }
    }
}
