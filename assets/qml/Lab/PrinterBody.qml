// The printer seen from the front: slot, lamps with their words, cover, and what it holds back.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

Item {
    id: body

    required property var lab
    readonly property string condition: !lab.powered ? qsTr("No power")
        : lab.coverOpen ? qsTr("Cover open")
        : lab.cutterJammed ? qsTr("Cutter jammed")
        : lab.paper === "out" ? qsTr("Paper out")
        : lab.paper === "near_end" ? qsTr("Paper near end") : qsTr("Ready")
    readonly property bool alarmed: !lab.online || lab.paper === "near_end"

    implicitHeight: 118
    Accessible.role: Accessible.Indicator
    Accessible.name: qsTr("Receipt printer: %1").arg(condition)

    Rectangle {
        id: cover
        anchors.horizontalCenter: parent.horizontalCenter
        width: parent.width - 12
        height: 40
        y: 0
        radius: 10
        color: LabTheme.machineLight
        transformOrigin: Item.BottomLeft
        rotation: body.lab.coverOpen ? -7 : 0
        Behavior on rotation { NumberAnimation { duration: 160 } }
    }
    Rectangle {
        anchors.fill: parent
        anchors.topMargin: 14
        radius: 12
        color: LabTheme.machine

        Rectangle {
            width: parent.width - 20
            height: 9
            anchors.horizontalCenter: parent.horizontalCenter
            y: 6
            radius: 4
            color: LabTheme.machineDark
        }
        RowLayout {
            anchors.fill: parent
            anchors.margins: 14
            anchors.topMargin: 24
            spacing: 10

            Rectangle {
                implicitWidth: 14
                implicitHeight: 14
                radius: 7
                color: !body.lab.powered ? LabTheme.lampOff
                       : body.alarmed ? LabTheme.lampAlarm : LabTheme.lampOn
                border.color: LabTheme.machineDark
            }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 1
                LabLabel {
                    Layout.fillWidth: true
                    text: body.condition
                    color: LabTheme.machineInk
                    font.pixelSize: LabTheme.large
                    font.weight: Font.Bold
                }
                LabLabel {
                    Layout.fillWidth: true
                    text: body.lab.heldBytes !== ""
                          ? qsTr("holds %1 bytes back").arg(body.lab.heldBytes)
                          : qsTr("hosts connected: %1").arg(body.lab.hosts)
                    color: LabTheme.machineInk
                    font.pixelSize: LabTheme.small
                }
            }
            LabButton {
                visible: body.lab.paper !== "ok" || body.lab.coverOpen
                text: qsTr("Put in paper")
                onClicked: body.lab.loadPaper()
            }
        }
    }
}
