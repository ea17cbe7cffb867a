// A sale that was rung up as paid another way: choose it, say how it was paid; somebody else agrees.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property CorrectModel correct

    title: qsTr("Correct a payment")
    hint: qsTr("The receipt stays as it is; drawer and reports follow.")
    iconName: "edit"
    sheetWidth: 720
    onDismissed: dialog.till.close()

    EmptyState {
        visible: dialog.correct.isEmpty
        iconName: "check"
        title: qsTr("No sale to correct")
        hint: qsTr("Sales of the open shift that were paid in cash or by card stand here.")
        Layout.fillWidth: true
        Layout.topMargin: 20
        Layout.bottomMargin: 20
    }
    ListView {
        id: list
        visible: !dialog.correct.isEmpty
        model: dialog.correct.rows
        clip: true
        spacing: 8
        boundsBehavior: Flickable.StopAtBounds
        Layout.fillWidth: true
        Layout.preferredHeight: Math.min(380, contentHeight)
        delegate: T.AbstractButton {
            id: row
            required property int index
            required property string key
            required property string title
            required property string detail
            required property string money
            required property bool chosen
            width: list.width
            height: Math.max(Theme.target, inside.implicitHeight + 16)
            focusPolicy: Qt.TabFocus
            Accessible.role: Accessible.RadioButton
            Accessible.name: row.title + ", " + row.detail + ", " + row.money
            Accessible.checkable: true
            Accessible.checked: row.chosen
            Accessible.onPressAction: row.click()
            onClicked: dialog.correct.choose(row.key)
            onChosenChanged: if (row.chosen) list.positionViewAtIndex(row.index, ListView.Contain)
            background: Rectangle {
                radius: Theme.radiusSmall
                color: row.chosen ? Theme.accentSoft : Theme.raised
                border.width: row.chosen ? 2 : 1
                border.color: row.chosen ? Theme.accent : Theme.hairline
                FocusRing {
                    around: row
                }
            }
            contentItem: RowLayout {
                id: inside
                spacing: 12
                ColumnLayout {
                    spacing: 0
                    Layout.fillWidth: true
                    Layout.leftMargin: 12
                    Label {
                        text: row.title
                        strong: true
                        figures: true
                        Layout.fillWidth: true
                    }
                    Label {
                        text: row.detail
                        muted: true
                        font.pixelSize: Theme.textSmall
                        Layout.fillWidth: true
                    }
                }
                Label {
                    text: row.money
                    strong: true
                    figures: true
                    Layout.rightMargin: 12
                }
            }
        }
    }
    GridLayout {
        columns: Theme.large ? 1 : 3
        columnSpacing: 12
        rowSpacing: 12
        uniformCellWidths: true
        Layout.fillWidth: true
        PushButton {
            text: qsTr("Back")
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.fillWidth: true
            Layout.preferredHeight: 64
        }
        PushButton {
            visible: !dialog.correct.isEmpty
            text: qsTr("Was cash")
            iconName: "cash"
            keyCap: "F5"
            onClicked: dialog.correct.pay("cash")
            Layout.fillWidth: true
            Layout.preferredHeight: 64
        }
        PushButton {
            visible: !dialog.correct.isEmpty
            text: qsTr("Was card")
            iconName: "card"
            keyCap: "F6"
            onClicked: dialog.correct.pay("card")
            Layout.fillWidth: true
            Layout.preferredHeight: 64
        }
    }
}
