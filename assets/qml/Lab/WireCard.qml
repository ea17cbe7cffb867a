// What went over the wires, newest last: time, direction, bytes in hexadecimal and as letters.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts

LabCard {
    id: card

    required property var lab

    title: qsTr("Wire")
    trailing: LabButton {
        implicitHeight: 36
        enabled: list.count > 0
        text: qsTr("Clear")
        onClicked: card.lab.clearWire()
    }

    ListView {
        id: list
        Layout.fillWidth: true
        Layout.fillHeight: true
        clip: true
        model: card.lab.wire
        activeFocusOnTab: true
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Bytes on the wires")
        boundsBehavior: Flickable.StopAtBounds
        onCountChanged: Qt.callLater(list.positionViewAtEnd)
        ScrollBar.vertical: ScrollBar { policy: ScrollBar.AsNeeded }

        delegate: Column {
            id: row
            required property string at
            required property string source
            required property string hex
            required property string letters
            readonly property bool inward: source === "printer-in" || source === "scanner-in"

            width: ListView.view.width
            topPadding: at !== "" ? 5 : 0

            LabLabel {
                visible: row.at !== ""
                text: (row.inward ? "▸ " : "◂ ") + row.at + "  " + LabWords.sources[row.source]
                color: row.inward ? LabTheme.wireIn : LabTheme.wireOut
                font.pixelSize: LabTheme.small - 1
                font.weight: Font.DemiBold
            }
            Row {
                spacing: 12
                LabLabel {
                    width: 256
                    text: row.hex
                    font.family: LabTheme.monoFamily
                    font.pixelSize: LabTheme.small - 1
                }
                LabLabel {
                    text: row.letters
                    color: LabTheme.quietInk
                    font.family: LabTheme.monoFamily
                    font.pixelSize: LabTheme.small - 1
                }
            }
        }

        LabLabel {
            anchors.centerIn: parent
            visible: list.count === 0
            text: qsTr("Nothing on the wire yet.")
            color: LabTheme.quietInk
        }
    }
}
