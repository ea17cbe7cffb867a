// Which sale do the goods come from: scan its receipt, key in its number, or choose it from the newest.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property ReturnsModel returns

    title: qsTr("Receipts, returns, exchange")
    hint: qsTr("Scan the receipt, key in the last digits of its number, or choose the sale. Without a receipt, scan the goods.")
    iconName: "receipt"
    sheetWidth: 900
    onDismissed: dialog.till.close()

    GridLayout {
        columns: Theme.large ? 1 : 2
        columnSpacing: 24
        rowSpacing: 16
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 8
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            EmptyState {
                visible: dialog.returns.isEmpty
                iconName: "receipt"
                title: qsTr("No sale of this till can come back")
                hint: qsTr("Sales stand here from the first receipt on.")
                Layout.fillWidth: true
                Layout.topMargin: 40
            }
            ListView {
                id: list
                visible: !dialog.returns.isEmpty
                model: dialog.returns.sales
                currentIndex: dialog.returns.place
                clip: true
                spacing: 8
                boundsBehavior: Flickable.StopAtBounds
                Layout.fillWidth: true
                Layout.preferredHeight: 400
                delegate: T.AbstractButton {
                    id: item
                    required property string key
                    required property string title
                    required property string detail
                    required property string total
                    required property bool chosen
                    width: list.width
                    height: Math.max(Theme.target, inside.implicitHeight + 20)
                    focusPolicy: Qt.TabFocus
                    Accessible.name: item.title + ", " + item.total + ", " + item.detail
                    Accessible.onPressAction: item.click()
                    onClicked: dialog.returns.mark(item.key)
                    onDoubleClicked: dialog.returns.choose(item.key)
                    background: Rectangle {
                        radius: Theme.radiusSmall
                        color: item.chosen ? Theme.accentSoft : Theme.raised
                        border.width: item.chosen ? 2 : 1
                        border.color: item.chosen ? Theme.accent : Theme.hairline
                        FocusRing {
                            around: item
                        }
                    }
                    contentItem: RowLayout {
                        id: inside
                        spacing: 12
                        ColumnLayout {
                            spacing: 2
                            Layout.fillWidth: true
                            Layout.leftMargin: 14
                            Label {
                                text: item.title
                                strong: true
                                elide: Text.ElideRight
                                Layout.fillWidth: true
                            }
                            Label {
                                text: item.detail
                                muted: true
                                font.pixelSize: Theme.textSmall
                                elide: Text.ElideRight
                                Layout.fillWidth: true
                            }
                        }
                        Label {
                            text: item.total
                            strong: true
                            figures: true
                            Layout.rightMargin: 14
                        }
                    }
                }
            }
        }
        ColumnLayout {
            spacing: 10
            Layout.preferredWidth: Theme.large ? 360 : 280
            Layout.maximumWidth: Layout.preferredWidth
            Layout.alignment: Qt.AlignTop
            Label {
                text: qsTr("Receipt number")
                muted: true
            }
            Rectangle {
                radius: Theme.radiusSmall
                color: Theme.raised
                border.width: 1
                border.color: dialog.returns.errorText === "" ? Theme.outline : Theme.bad
                Layout.fillWidth: true
                Layout.preferredHeight: 56
                Label {
                    anchors.fill: parent
                    anchors.margins: 14
                    text: dialog.returns.numberText
                    figures: true
                    strong: true
                    font.pixelSize: Theme.textHeading - 2
                    fontSizeMode: Text.HorizontalFit
                    horizontalAlignment: Text.AlignRight
                    verticalAlignment: Text.AlignVCenter
                    Accessible.name: qsTr("Receipt number")
                }
            }
            Label {
                visible: dialog.returns.errorText !== ""
                text: dialog.returns.errorText
                color: Theme.bad
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Keypad {
                onDigit: digit => dialog.returns.digit(digit)
                onBackspace: dialog.returns.backspace()
                Layout.fillWidth: true
            }
        }
    }
    GridLayout {
        columns: Theme.large ? 2 : 5
        columnSpacing: 12
        rowSpacing: 12
        Layout.fillWidth: true
        PushButton {
            text: qsTr("Back")
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: qsTr("Copy")
            keyCap: "F3"
            enabled: dialog.returns.hasReceipt
            onClicked: dialog.returns.copy()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: qsTr("Gift receipt")
            keyCap: "F4"
            enabled: dialog.returns.hasReceipt
            onClicked: dialog.returns.gift()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: qsTr("Void")
            kind: "danger"
            keyCap: "F8"
            enabled: dialog.returns.hasReceipt
            onClicked: dialog.returns.askVoid()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: qsTr("Return")
            kind: "primary"
            keyCap: "Enter"
            enabled: !dialog.returns.isEmpty || dialog.returns.numberText !== ""
            onClicked: dialog.returns.find()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
}
