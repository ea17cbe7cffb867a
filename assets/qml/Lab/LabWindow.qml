// The device lab: paper, printer and drawer on the left, scanner and faults beside, the wire right.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Lab

ApplicationWindow {
    id: window

    required property var lab

    width: 1366
    height: 768
    minimumWidth: 1200
    minimumHeight: 600
    visible: true
    title: qsTr("Toonbank lab")
    color: LabTheme.bench

    Connections {
        target: window.lab
        function onRefused(message) {
            notice.text = message
            hide.restart()
        }
    }

    RowLayout {
        anchors.fill: parent
        anchors.margins: LabTheme.gap
        spacing: LabTheme.gap

        ColumnLayout {
            Layout.preferredWidth: 400
            Layout.maximumWidth: 400
            Layout.fillHeight: true
            spacing: 0

            PaperRoll {
                Layout.fillWidth: true
                Layout.fillHeight: true
                receipts: window.lab.receipts
                hanging: window.lab.hangingPaper
            }
            PrinterBody {
                Layout.fillWidth: true
                lab: window.lab
            }
            CashDrawer {
                Layout.fillWidth: true
                Layout.topMargin: 6
                lab: window.lab
            }
        }

        Flickable {
            id: middle
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            contentHeight: cards.implicitHeight
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: ScrollBar { policy: ScrollBar.AsNeeded }

            ColumnLayout {
                id: cards
                width: middle.width
                spacing: LabTheme.gap

                LabCard {
                    Layout.fillWidth: true
                    title: qsTr("Toonbank lab")

                    LabLabel {
                        Layout.fillWidth: true
                        visible: window.lab.problem !== ""
                        wrapMode: Text.WordWrap
                        color: LabTheme.alarmInk
                        font.weight: Font.DemiBold
                        text: window.lab.problem
                    }

                    GridLayout {
                        Layout.fillWidth: true
                        columns: 2
                        columnSpacing: 12
                        rowSpacing: 2
                        LabLabel {
                            text: qsTr("Printer")
                            color: LabTheme.quietInk
                        }
                        AddressText { text: window.lab.printerAddress }
                        LabLabel {
                            text: qsTr("Control")
                            color: LabTheme.quietInk
                        }
                        AddressText { text: window.lab.controlAddress }
                    }
                }
                ScannerCard {
                    Layout.fillWidth: true
                    lab: window.lab
                }
                FaultCard {
                    Layout.fillWidth: true
                    lab: window.lab
                }
            }
        }

        WireCard {
            Layout.preferredWidth: 386
            Layout.maximumWidth: 386
            Layout.fillHeight: true
            lab: window.lab
        }
    }

    Rectangle {
        visible: notice.text !== ""
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 20
        width: Math.min(parent.width - 80, notice.implicitWidth + 40)
        height: notice.implicitHeight + 24
        radius: LabTheme.radius
        color: LabTheme.alarmSoft
        border.color: LabTheme.alarm
        border.width: 2

        LabLabel {
            id: notice
            anchors.centerIn: parent
            width: Math.min(implicitWidth, window.width - 120)
            wrapMode: Text.WordWrap
            color: LabTheme.alarmInk
            font.weight: Font.DemiBold
        }
        Timer {
            id: hide
            interval: 8000
            onTriggered: notice.text = ""
        }
    }
}
