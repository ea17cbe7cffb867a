// What was counted beside what there should be; what happened; and what stays in the drawer.
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
        spacing: 12
        Layout.fillWidth: true
        Layout.fillHeight: true
        CountSummary {
            closing: step.closing
            Layout.fillWidth: true
        }
        ColumnLayout {
            visible: step.closing.differs
            spacing: 8
            Layout.fillWidth: true
            Label {
                text: step.closing.needsSecond ? qsTr("What happened? A second person signs it off.") : qsTr("What happened? It may stay empty.")
                strong: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            GridLayout {
                columns: Theme.large ? 1 : 2
                columnSpacing: Theme.gap
                rowSpacing: Theme.gap
                uniformCellWidths: true
                Layout.fillWidth: true
                Repeater {
                    model: step.closing.reasons
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
                        onClicked: step.closing.chooseReason(key)
                        Layout.fillWidth: true
                    }
                }
            }
            Field {
                label: qsTr("In own words")
                placeholderText: qsTr("In own words")
                maximumLength: 200
                text: step.closing.note
                onTextEdited: step.closing.write(text)
                onAccepted: step.closing.finish()
                Layout.fillWidth: true
            }
        }
        Item {
            Layout.fillHeight: true
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
            Layout.preferredHeight: stays.implicitHeight + 32
            ColumnLayout {
                id: stays
                anchors.fill: parent
                anchors.margins: 16
                spacing: 2
                Label {
                    text: qsTr("Stays in the drawer as the next float")
                    muted: true
                    wrapMode: Text.WordWrap
                    Layout.fillWidth: true
                }
                Label {
                    text: step.closing.floatText
                    figures: true
                    strong: true
                    font.pixelSize: Theme.displayTotal
                    fontSizeMode: Text.HorizontalFit
                    Layout.fillWidth: true
                }
                Label {
                    visible: text !== ""
                    text: step.closing.proposalText
                    font.pixelSize: Theme.textSmall
                    wrapMode: Text.WordWrap
                    maximumLineCount: 3
                    Layout.fillWidth: true
                }
                RowLayout {
                    Layout.fillWidth: true
                    Layout.topMargin: 6
                    Label {
                        text: qsTr("To the safe")
                        muted: true
                        Layout.fillWidth: true
                    }
                    Label {
                        text: step.closing.takingsText
                        strong: true
                        figures: true
                        font.pixelSize: Theme.textStrong
                    }
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
        GridLayout {
            columns: Theme.large ? 1 : 2
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            Layout.fillWidth: true
            PushButton {
                text: qsTr("Recount")
                keyCap: "F3"
                textSize: Theme.textBody
                onClicked: step.closing.again()
                Layout.fillWidth: Theme.large
                Layout.preferredHeight: 72
                Layout.preferredWidth: 128
            }
            PushButton {
                text: step.closing.needsSecond ? qsTr("Sign off") : qsTr("Close the shift")
                kind: "primary"
                keyCap: "F9"
                onClicked: step.closing.finish()
                Layout.fillWidth: true
                Layout.preferredHeight: 72
            }
        }
    }
}
