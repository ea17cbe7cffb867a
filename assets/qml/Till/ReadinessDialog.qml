// T17: how long this till can work without the network, and why. Each line is a state by icon and word, and a sentence.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property ReadinessModel readiness

    title: dialog.readiness.head
    hint: dialog.readiness.because
    iconName: dialog.readiness.icon
    kind: dialog.readiness.kind
    sheetWidth: 900
    onDismissed: dialog.till.close()

    ColumnLayout {
        spacing: 2
        Layout.fillWidth: true
        Repeater {
            model: dialog.readiness.rows
            RowLayout {
                id: line
                required property string title
                required property string text
                required property string icon
                required property string standing
                required property bool warns
                required property bool stops
                readonly property color tint: line.stops ? Theme.bad : line.warns ? Theme.warn : Theme.inkMuted
                spacing: 12
                Layout.fillWidth: true
                Layout.minimumHeight: 36
                Accessible.role: Accessible.StaticText
                Accessible.name: line.title + ", " + line.standing + ". " + line.text
                Icon {
                    name: line.icon
                    side: 22
                    colour: line.tint
                    Layout.alignment: Qt.AlignTop
                    Layout.topMargin: 3
                }
                Label {
                    text: line.title
                    strong: true
                    wrapMode: Text.WordWrap
                    Layout.preferredWidth: 160 * Theme.textScale
                    Layout.alignment: Qt.AlignTop
                    Layout.topMargin: 4
                }
                Label {
                    // Large text has no room for a third column: the state goes before its sentence.
                    text: Theme.large ? line.standing + " · " + line.text : line.text
                    color: Theme.large ? line.tint : Theme.ink
                    wrapMode: Text.WordWrap
                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignTop
                    Layout.topMargin: 4
                }
                Label {
                    visible: !Theme.large
                    text: line.standing
                    color: line.tint
                    font.pixelSize: Theme.textSmall
                    Layout.alignment: Qt.AlignTop
                    Layout.topMargin: 6
                }
            }
        }
    }
    GridLayout {
        columns: Theme.textScale > 1.6 ? 1 : 4
        columnSpacing: 12
        rowSpacing: 12
        Layout.fillWidth: true
        Layout.topMargin: 6
        PushButton {
            text: dialog.till.exceptions.keyText
            iconName: "list"
            keyCap: "F8"
            textSize: Theme.textBody
            onClicked: dialog.till.showExceptions()
            Layout.preferredHeight: Theme.large ? implicitHeight : 56
            Layout.fillWidth: Theme.textScale > 1.6
        }
        PushButton {
            text: qsTr("Look again")
            iconName: "refresh"
            keyCap: "F5"
            textSize: Theme.textBody
            onClicked: dialog.till.exceptions.refresh()
            Layout.preferredHeight: Theme.large ? implicitHeight : 56
            Layout.fillWidth: Theme.textScale > 1.6
        }
        Item {
            visible: Theme.textScale <= 1.6
            Layout.fillWidth: true
        }
        PushButton {
            text: qsTr("Close")
            kind: "primary"
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.preferredHeight: Theme.large ? implicitHeight : 56
            Layout.preferredWidth: 160 * Theme.textScale
            Layout.fillWidth: Theme.textScale > 1.6
        }
    }
}
