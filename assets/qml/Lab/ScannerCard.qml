// The scanner: type a code or take a sample, and send it over the cable or as keys.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts

LabCard {
    id: card

    required property var lab

    title: qsTr("Scanner")
    note: lab.scannerPort !== "" ? lab.scannerPort
          : lab.scannerFitted ? qsTr("unplugged") : qsTr("none")
    trailing: LabButton {
        implicitHeight: 36
        enabled: card.lab.scannerFitted
        text: card.lab.scannerPort !== "" ? qsTr("Unplug") : qsTr("Plug in")
        onClicked: card.lab.toggleScanner()
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: 8

        TextField {
            id: code
            Layout.fillWidth: true
            implicitHeight: LabTheme.target
            placeholderText: qsTr("Code to scan")
            placeholderTextColor: LabTheme.quietInk
            color: LabTheme.ink
            font.family: LabTheme.monoFamily
            font.pixelSize: LabTheme.normal
            selectByMouse: true
            Accessible.name: qsTr("Code to scan")
            background: Rectangle {
                radius: LabTheme.radius
                color: LabTheme.card
                border.width: code.activeFocus ? 3 : 1
                border.color: code.activeFocus ? LabTheme.accent : LabTheme.edge
            }
            onAccepted: card.lab.scan(code.text, "serial")
        }
        LabButton {
            primary: true
            enabled: card.lab.scannerPort !== "" && code.text !== ""
            text: qsTr("Scan by cable")
            onClicked: card.lab.scan(code.text, "serial")
        }
        LabButton {
            enabled: code.text !== "" && card.lab.keyboardFitted && wait.running === false
            text: wait.running ? qsTr("Click the till…") : qsTr("Type as keys")
            onClicked: wait.start()

            // The keys go to the window that has the keyboard: time to click on the till first.
            Timer {
                id: wait
                interval: 3000
                onTriggered: card.lab.scan(code.text, "keyboard")
            }
        }
    }
    Flow {
        Layout.fillWidth: true
        spacing: 6

        Repeater {
            model: card.lab.samples
            LabButton {
                required property var modelData
                implicitHeight: 36
                text: qsTr(modelData.name)
                onClicked: {
                    code.text = modelData.code
                    card.lab.scan(modelData.code, "serial")
                }
            }
        }
    }
}
