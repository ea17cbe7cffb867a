// What comes back of a sale, line by line: how many, on which ground, why, and in what state.
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

    title: qsTr("What comes back?")
    hint: dialog.returns.saleText
    iconName: "undo"
    sheetWidth: 980
    onDismissed: dialog.returns.begin()

    GridLayout {
        columns: Theme.large ? 1 : 2
        columnSpacing: 24
        rowSpacing: 16
        Layout.fillWidth: true
        ListView {
            id: list
            model: dialog.returns.lines
            clip: true
            spacing: 8
            boundsBehavior: Flickable.StopAtBounds
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.large ? contentHeight : 430
            Layout.alignment: Qt.AlignTop
            delegate: T.AbstractButton {
                id: item
                required property int key
                required property string name
                required property string detail
                required property string count
                required property string amount
                required property string note
                required property bool chosen
                required property bool isOver
                required property bool hasSome
                width: list.width
                height: Math.max(Theme.target, inside.implicitHeight + 20)
                enabled: !item.isOver
                focusPolicy: Qt.TabFocus
                Accessible.name: item.name + ", " + item.count + ", " + item.detail
                Accessible.onPressAction: item.click()
                onClicked: dialog.returns.chooseLine(item.key)
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: item.hasSome ? Theme.accentSoft : Theme.raised
                    border.width: item.chosen ? 2 : 1
                    border.color: item.chosen ? Theme.accent : Theme.hairline
                    FocusRing {
                        around: item
                    }
                }
                contentItem: RowLayout {
                    id: inside
                    spacing: 14
                    Label {
                        text: item.count
                        strong: true
                        figures: true
                        font.pixelSize: Theme.textHeading - 4
                        color: item.hasSome ? Theme.accentInk : Theme.inkFaint
                        horizontalAlignment: Text.AlignHCenter
                        Layout.preferredWidth: 56
                        Layout.leftMargin: 8
                    }
                    ColumnLayout {
                        spacing: 2
                        Layout.fillWidth: true
                        Label {
                            text: item.name
                            strong: true
                            color: item.isOver ? Theme.inkFaint : Theme.ink
                            wrapMode: Text.WordWrap
                            Layout.fillWidth: true
                        }
                        Label {
                            text: item.note === "" ? item.detail : item.detail + " · " + item.note
                            muted: true
                            font.pixelSize: Theme.textSmall
                            wrapMode: Text.WordWrap
                            Layout.fillWidth: true
                        }
                    }
                    Label {
                        text: item.amount
                        strong: true
                        figures: true
                        Layout.rightMargin: 14
                    }
                }
            }
        }
        ColumnLayout {
            spacing: 6
            Layout.preferredWidth: 360
            Layout.maximumWidth: Theme.large ? Number.POSITIVE_INFINITY : 360
            Layout.fillWidth: Theme.large
            Layout.alignment: Qt.AlignTop
            RowLayout {
                spacing: Theme.gap
                Label {
                    text: qsTr("Ground")
                    muted: true
                }
                KeyCap {
                    key: "F3"
                }
            }
            GridLayout {
                columns: Theme.large ? 1 : 2
                columnSpacing: 8
                rowSpacing: 8
                uniformCellWidths: true
                Layout.fillWidth: true
                Repeater {
                    model: dialog.returns.grounds
                    PushButton {
                        required property string key
                        required property string title
                        required property bool chosen
                        text: title
                        kind: chosen ? "soft" : "secondary"
                        textSize: Theme.textSmall
                        Accessible.role: Accessible.RadioButton
                        Accessible.checkable: true
                        Accessible.checked: chosen
                        onClicked: dialog.returns.setGround(key)
                        Layout.fillWidth: true
                    }
                }
            }
            RowLayout {
                spacing: Theme.gap
                Layout.topMargin: 6
                Label {
                    text: qsTr("Reason")
                    muted: true
                }
                KeyCap {
                    key: "F4"
                }
            }
            GridLayout {
                columns: Theme.large ? 2 : 3
                columnSpacing: 8
                rowSpacing: 8
                uniformCellWidths: true
                Layout.fillWidth: true
                Repeater {
                    model: dialog.returns.reasons
                    PushButton {
                        required property string key
                        required property string title
                        required property bool chosen
                        text: title
                        kind: chosen ? "soft" : "secondary"
                        textSize: Theme.textSmall
                        Accessible.role: Accessible.RadioButton
                        Accessible.checkable: true
                        Accessible.checked: chosen
                        onClicked: dialog.returns.setReason(key)
                        Layout.fillWidth: true
                    }
                }
            }
            RowLayout {
                spacing: Theme.gap
                Layout.topMargin: 6
                Label {
                    text: qsTr("Condition")
                    muted: true
                }
                KeyCap {
                    key: "F7"
                }
            }
            GridLayout {
                columns: 3
                columnSpacing: 8
                uniformCellWidths: true
                Layout.fillWidth: true
                Repeater {
                    model: dialog.returns.conditions
                    PushButton {
                        required property string key
                        required property string title
                        required property bool chosen
                        text: title
                        kind: chosen ? "soft" : "secondary"
                        textSize: Theme.textSmall
                        Accessible.role: Accessible.RadioButton
                        Accessible.checkable: true
                        Accessible.checked: chosen
                        onClicked: dialog.returns.setCondition(key)
                        Layout.fillWidth: true
                    }
                }
            }
            PushButton {
                text: dialog.returns.toStock ? qsTr("Back to stock") : qsTr("Written off, not sold again")
                iconName: dialog.returns.toStock ? "check" : "trash"
                kind: dialog.returns.toStock ? "soft" : "danger"
                keyCap: "F8"
                textSize: Theme.textBody
                onClicked: dialog.returns.turnStock()
                Layout.fillWidth: true
                Layout.topMargin: 6
            }
        }
    }
    Label {
        visible: dialog.returns.deliveryText !== ""
        text: dialog.returns.deliveryText
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    Label {
        visible: dialog.returns.errorText !== ""
        text: dialog.returns.errorText
        color: Theme.bad
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    GridLayout {
        columns: Theme.large ? 1 : 4
        columnSpacing: 12
        rowSpacing: 12
        Layout.fillWidth: true
        PushButton {
            text: qsTr("Another receipt")
            keyCap: "Esc"
            onClicked: dialog.returns.begin()
            Layout.preferredHeight: 60
            Layout.fillWidth: Theme.large
        }
        PushButton {
            text: qsTr("Everything")
            keyCap: "F6"
            onClicked: dialog.returns.takeAll()
            Layout.preferredHeight: 60
            Layout.fillWidth: Theme.large
        }
        Item {
            visible: !Theme.large
            Layout.fillWidth: true
        }
        PushButton {
            text: qsTr("Into the basket")
            note: dialog.returns.backText
            kind: "primary"
            keyCap: "Enter"
            enabled: dialog.returns.canTake
            onClicked: dialog.returns.take()
            Layout.preferredHeight: 60
            Layout.fillWidth: Theme.large
            Layout.preferredWidth: 260
        }
    }
}
