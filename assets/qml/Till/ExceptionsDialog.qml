// Held and refused work: what it is, why it waits, since when, how much money, and the keys for what can be done.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property ExceptionsModel exceptions

    title: qsTr("Held work")
    hint: dialog.exceptions.hint
    iconName: dialog.exceptions.isEmpty ? "check-circle" : "list"
    kind: dialog.exceptions.isEmpty ? "info" : "warn"
    sheetWidth: 920
    onDismissed: dialog.till.close()

    EmptyState {
        visible: dialog.exceptions.isEmpty
        iconName: "check"
        title: qsTr("Nothing waits")
        hint: qsTr("Everything that happened here is counted, printed or on its way.")
        Layout.fillWidth: true
        Layout.topMargin: 20
        Layout.bottomMargin: 20
    }
    ListView {
        id: list
        visible: !dialog.exceptions.isEmpty
        model: dialog.exceptions.rows
        clip: true
        currentIndex: -1
        spacing: 10
        boundsBehavior: Flickable.StopAtBounds
        Layout.fillWidth: true
        Layout.preferredHeight: Math.min(430, contentHeight)
        delegate: Rectangle {
            id: item
            required property string key
            required property string what
            required property string why
            required property string since
            required property string money
            required property bool late
            required property bool canRetry
            required property bool canPrint
            required property bool canWriteOff
            width: list.width
            height: inside.implicitHeight + 24
            radius: Theme.radiusSmall
            color: Theme.raised
            border.width: 1
            border.color: item.late ? Theme.bad : Theme.hairline
            ColumnLayout {
                id: inside
                x: 16
                y: 12
                width: item.width - 32
                spacing: 6
                RowLayout {
                    spacing: 10
                    Layout.fillWidth: true
                    Label {
                        text: item.what
                        strong: true
                        font.pixelSize: Theme.textStrong
                        wrapMode: Text.WordWrap
                        Layout.fillWidth: true
                    }
                    Label {
                        text: item.money
                        strong: true
                        figures: true
                        font.pixelSize: Theme.textStrong
                    }
                }
                Label {
                    text: item.why
                    wrapMode: Text.WordWrap
                    Layout.fillWidth: true
                }
                RowLayout {
                    spacing: Theme.gap
                    Layout.fillWidth: true
                    Icon {
                        visible: item.late
                        name: "alert-triangle"
                        side: 18
                        colour: Theme.bad
                    }
                    Label {
                        text: item.since
                        color: item.late ? Theme.bad : Theme.inkMuted
                        font.pixelSize: Theme.textSmall
                        Layout.fillWidth: true
                    }
                    PushButton {
                        visible: item.canPrint
                        text: qsTr("Print it")
                        textSize: Theme.textBody
                        onClicked: dialog.exceptions.printIt(item.key)
                    }
                    PushButton {
                        visible: item.canPrint
                        text: qsTr("Drop it")
                        kind: "danger"
                        textSize: Theme.textBody
                        onClicked: dialog.exceptions.dropIt(item.key)
                    }
                    PushButton {
                        visible: item.canWriteOff
                        text: qsTr("Write off")
                        kind: "danger"
                        textSize: Theme.textBody
                        onClicked: dialog.exceptions.writeOff(item.key)
                    }
                    PushButton {
                        visible: item.canRetry
                        text: qsTr("Try again")
                        textSize: Theme.textBody
                        onClicked: dialog.exceptions.tryAgain(item.key)
                    }
                }
            }
        }
    }
    RowLayout {
        spacing: 12
        Layout.fillWidth: true
        Layout.topMargin: 6
        PushButton {
            visible: !dialog.exceptions.isEmpty
            text: qsTr("Try everything again")
            iconName: "refresh"
            keyCap: "F5"
            textSize: Theme.textBody
            onClicked: dialog.exceptions.tryAll()
            Layout.preferredHeight: 56
        }
        Item {
            Layout.fillWidth: true
        }
        PushButton {
            text: qsTr("Close")
            kind: "primary"
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.preferredHeight: 56
            Layout.preferredWidth: 160 * Theme.textScale
        }
    }
}
