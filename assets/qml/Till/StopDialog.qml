// Goods that must not be sold, or of which nobody knows whether they may: somebody looks, and says what stands on them.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property StopModel stop

    title: dialog.stop.isLook ? qsTr("Look at the goods") : qsTr("This must not be sold")
    hint: dialog.stop.subject
    iconName: dialog.stop.isLook ? "eye" : "ban"
    kind: dialog.stop.isLook ? "warn" : "bad"
    sheetWidth: 620
    onDismissed: dialog.stop.later()

    Label {
        text: dialog.stop.ground
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    Label {
        visible: dialog.stop.isLook
        text: qsTr("These numbers must not be sold. Read the one on the goods, or scan the code that has it.")
        muted: true
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    Rectangle {
        visible: dialog.stop.numbers !== ""
        radius: Theme.radius
        color: Theme.sunken
        implicitHeight: numbers.implicitHeight + 24
        Layout.fillWidth: true
        Label {
            id: numbers
            anchors.fill: parent
            anchors.margins: 12
            text: dialog.stop.numbers
            strong: true
            font.pixelSize: Theme.textHeading
            wrapMode: Text.WordWrap
        }
    }
    Label {
        visible: !dialog.stop.isLook
        text: dialog.stop.handling
        strong: true
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    Label {
        visible: text !== ""
        text: dialog.stop.errorText
        color: Theme.bad
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
    GridLayout {
        columns: Theme.large ? 1 : 2
        columnSpacing: 12
        rowSpacing: 12
        uniformCellWidths: true
        Layout.fillWidth: true
        Layout.topMargin: 8
        PushButton {
            visible: dialog.stop.isLook
            text: qsTr("Another number")
            note: qsTr("it is sold")
            keyCap: "1"
            onClicked: dialog.stop.another()
            Layout.fillWidth: true
            Layout.preferredHeight: 72
        }
        PushButton {
            visible: dialog.stop.isLook
            text: qsTr("One of these")
            note: qsTr("out of the sale")
            kind: "danger"
            keyCap: "2"
            onClicked: dialog.stop.takeOut()
            Layout.fillWidth: true
            Layout.preferredHeight: 72
        }
        PushButton {
            visible: !dialog.stop.isLook
            text: qsTr("Take it out of the sale")
            kind: "primary"
            keyCap: "Enter"
            onClicked: dialog.stop.takeOut()
            Layout.fillWidth: true
            Layout.preferredHeight: 64
        }
        PushButton {
            text: qsTr("Later, before paying")
            kind: "quiet"
            keyCap: "Esc"
            onClicked: dialog.stop.later()
            Layout.columnSpan: dialog.stop.isLook && !Theme.large ? 2 : 1
            Layout.fillWidth: true
            Layout.preferredHeight: 56
        }
    }
}
