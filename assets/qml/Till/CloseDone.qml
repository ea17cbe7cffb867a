// The shift is closed: the Z report to read, and what comes next.
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

    Card {
        Layout.fillWidth: true
        Layout.fillHeight: true
        SheetView {
            anchors.fill: parent
            anchors.margins: 14
            name: qsTr("Z report")
            lines: step.closing.lines
        }
    }
    ColumnLayout {
        spacing: 14
        Layout.preferredWidth: step.sideWidth
        Layout.maximumWidth: step.upright ? -1 : step.sideWidth
        Layout.fillWidth: step.upright
        Layout.fillHeight: !step.upright
        Icon {
            name: "check-circle"
            side: 56
            colour: Theme.good
        }
        Label {
            text: qsTr("The shift is closed")
            strong: true
            font.pixelSize: Theme.displayHeading
            wrapMode: Text.WordWrap
            Accessible.role: Accessible.Heading
            Layout.fillWidth: true
        }
        Label {
            text: step.closing.zText
            figures: true
            font.pixelSize: Theme.textStrong
            Layout.fillWidth: true
        }
        Label {
            text: qsTr("The Z report is printed. It cannot be changed; print a copy whenever you like.")
            muted: true
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
        }
        Item {
            visible: !step.upright
            Layout.fillHeight: true
        }
        PushButton {
            text: qsTr("Print a copy")
            iconName: "printer"
            keyCap: "F6"
            onClicked: step.closing.printAgain()
            Layout.fillWidth: true
            Layout.preferredHeight: 64
        }
        PushButton {
            text: qsTr("Open the next shift")
            keyCap: "F9"
            onClicked: step.closing.openNext()
            Layout.fillWidth: true
            Layout.preferredHeight: 64
        }
        PushButton {
            text: qsTr("Done, sign out")
            kind: "primary"
            iconName: "lock"
            keyCap: "Enter"
            onClicked: step.closing.done()
            Layout.fillWidth: true
            Layout.preferredHeight: 80
        }
    }
}
