// T17: hub, printer, scanner, and what is still to be printed.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property StatusModel status

    title: qsTr("Status")
    iconName: "info"
    sheetWidth: 820
    onDismissed: dialog.till.close()

    Repeater {
        model: dialog.status.facts
        RowLayout {
            id: fact
            required property string title
            required property string value
            required property string icon
            required property bool warns
            spacing: 14
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.large ? implicitHeight : 32
            Icon {
                name: fact.icon
                colour: fact.warns ? Theme.warn : Theme.inkMuted
            }
            Label {
                text: fact.title
                muted: true
                Layout.preferredWidth: Theme.large ? 170 * Theme.textScale : 170
            }
            Label {
                text: fact.value
                color: fact.warns ? Theme.warn : Theme.ink
                strong: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
        }
    }
    Rectangle {
        color: Theme.hairline
        Layout.fillWidth: true
        Layout.preferredHeight: 1
    }
    Label {
        text: dialog.status.hasJobs ? qsTr("Still to be printed") : qsTr("Everything is printed")
        strong: true
        font.pixelSize: Theme.textStrong
    }
    ListView {
        id: jobs
        visible: dialog.status.hasJobs
        model: dialog.status.jobs
        clip: true
        currentIndex: -1
        boundsBehavior: Flickable.StopAtBounds
        spacing: 8
        Layout.fillWidth: true
        Layout.preferredHeight: Math.min(196, contentHeight)
        delegate: RowLayout {
            id: job
            required property int key
            required property string title
            required property string standing
            required property bool held
            width: jobs.width
            spacing: Theme.gap
            Icon {
                name: job.held ? "alert-triangle" : "receipt"
                colour: job.held ? Theme.warn : Theme.inkMuted
            }
            ColumnLayout {
                spacing: 0
                Layout.fillWidth: true
                Layout.leftMargin: 6
                Label {
                    text: job.title
                    Layout.fillWidth: true
                }
                Label {
                    text: job.standing
                    color: job.held ? Theme.warn : Theme.inkMuted
                    font.pixelSize: Theme.textSmall
                    Layout.fillWidth: true
                }
            }
            PushButton {
                visible: job.held
                text: qsTr("Print it")
                textSize: Theme.textBody
                onClicked: dialog.status.printJob(job.key)
            }
            PushButton {
                visible: job.held
                text: qsTr("Drop it")
                kind: "danger"
                textSize: Theme.textBody
                onClicked: dialog.status.dropJob(job.key)
            }
        }
    }
    LookChoice {
        look: dialog.till.look
    }
    GridLayout {
        columns: Theme.textScale > 1.2 ? 1 : 2
        columnSpacing: 12
        rowSpacing: 12
        uniformCellWidths: true
        Layout.fillWidth: true
        PushButton {
            text: qsTr("How long without the network?")
            iconName: "wifi-off"
            keyCap: "F7"
            textSize: Theme.textBody
            onClicked: dialog.till.showReadiness()
            Layout.fillWidth: true
            Layout.preferredHeight: 56
        }
        PushButton {
            text: dialog.till.exceptions.keyText
            iconName: "list"
            keyCap: "F8"
            textSize: Theme.textBody
            onClicked: dialog.till.showExceptions()
            Layout.fillWidth: true
            Layout.preferredHeight: 56
        }
    }
    RowLayout {
        spacing: 12
        Layout.fillWidth: true
        Layout.topMargin: 6
        PushButton {
            text: qsTr("Ask the hub now")
            iconName: "refresh"
            keyCap: "F5"
            textSize: Theme.textBody
            onClicked: dialog.status.tryNow()
            Layout.preferredHeight: 56
            Layout.fillWidth: Theme.large
        }
        PushButton {
            text: qsTr("Print the last receipt")
            iconName: "printer"
            keyCap: "F6"
            textSize: Theme.textBody
            onClicked: dialog.status.printLast()
            Layout.preferredHeight: 56
            Layout.fillWidth: Theme.large
        }
        Item {
            visible: !Theme.large
            Layout.fillWidth: true
        }
        PushButton {
            text: qsTr("Close")
            kind: "primary"
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.preferredHeight: 56
            Layout.preferredWidth: Theme.large ? 160 * Theme.textScale : 160
        }
    }
}
