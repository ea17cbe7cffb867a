// The sales that were put aside: choose one to go on with, or void one whose customer did not come back.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property SuspendedModel suspended

    title: qsTr("Suspended sales")
    hint: dialog.suspended.isEmpty ? "" : dialog.suspended.hasCart ? qsTr("The sale on the screen is suspended in its place.") : qsTr("Choose the sale to go on with.")
    iconName: "play"
    sheetWidth: 820
    onDismissed: dialog.suspended.dismiss()

    EmptyState {
        visible: dialog.suspended.isEmpty
        iconName: "check"
        title: qsTr("No sale waits")
        hint: qsTr("A sale that you suspend stands here until it is retrieved, also after a restart.")
        Layout.fillWidth: true
        Layout.topMargin: 20
        Layout.bottomMargin: 20
    }
    ListView {
        id: list
        visible: !dialog.suspended.isEmpty
        model: dialog.suspended.rows
        clip: true
        spacing: 8
        boundsBehavior: Flickable.StopAtBounds
        Layout.fillWidth: true
        Layout.preferredHeight: Math.min(400, contentHeight)
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
            Accessible.checkable: true
            Accessible.checked: item.chosen
            Accessible.onPressAction: item.click()
            onClicked: dialog.suspended.choose(item.key)
            onDoubleClicked: dialog.suspended.take()
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
                        font.pixelSize: Theme.textStrong
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
                    font.pixelSize: Theme.textStrong
                    Layout.rightMargin: 14
                }
            }
        }
    }
    Label {
        visible: dialog.suspended.isVoiding
        text: qsTr("Void the chosen sale? It cannot be retrieved after that.")
        color: Theme.bad
        strong: true
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    GridLayout {
        columns: Theme.large ? 1 : 4
        columnSpacing: 12
        rowSpacing: 12
        Layout.fillWidth: true
        PushButton {
            text: dialog.suspended.isVoiding ? qsTr("Keep it") : qsTr("Back to the sale")
            keyCap: "Esc"
            onClicked: dialog.suspended.dismiss()
            Layout.preferredHeight: 60
            Layout.fillWidth: Theme.large
        }
        PushButton {
            visible: !dialog.suspended.isEmpty
            text: dialog.suspended.isVoiding ? qsTr("Void the sale") : qsTr("Void")
            kind: "danger"
            keyCap: dialog.suspended.isVoiding ? "" : "Del"
            onClicked: dialog.suspended.isVoiding ? dialog.suspended.void() : dialog.suspended.askVoid()
            Layout.preferredHeight: 60
            Layout.fillWidth: Theme.large
        }
        Item {
            visible: !Theme.large
            Layout.fillWidth: true
        }
        PushButton {
            visible: !dialog.suspended.isEmpty && !dialog.suspended.isVoiding
            text: qsTr("Retrieve")
            kind: "primary"
            keyCap: "Enter"
            onClicked: dialog.suspended.take()
            Layout.preferredHeight: 60
            Layout.fillWidth: Theme.large
        }
    }
}
