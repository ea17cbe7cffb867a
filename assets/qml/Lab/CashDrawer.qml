// The drawer under the printer; open, it shows its tray and asks to be pushed shut.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

Item {
    id: drawer

    required property var lab

    implicitHeight: 104
    Accessible.role: Accessible.Indicator
    Accessible.name: lab.drawerOpen ? qsTr("Cash drawer: open") : qsTr("Cash drawer: closed")

    Rectangle {
        width: parent.width
        height: 30
        radius: 8
        color: LabTheme.machineDark
    }
    Rectangle {
        visible: drawer.lab.drawerOpen
        x: 14
        y: 16
        width: parent.width - 28
        height: 40
        color: LabTheme.drawerInside

        Row {
            anchors.fill: parent
            anchors.margins: 5
            spacing: 5
            Repeater {
                model: 4
                Rectangle {
                    width: (parent.width - 8 * 5) / 8
                    height: 30
                    color: LabTheme.note
                    border.color: LabTheme.machineDark
                }
            }
            Repeater {
                model: 4
                Rectangle {
                    width: (parent.width - 8 * 5) / 8
                    height: 30
                    color: LabTheme.machineLight
                    Rectangle {
                        anchors.centerIn: parent
                        width: 20
                        height: 20
                        radius: 10
                        color: LabTheme.coin
                        border.color: LabTheme.machineDark
                    }
                }
            }
        }
    }
    Rectangle {
        id: front
        width: parent.width
        height: 50
        y: drawer.lab.drawerOpen ? 54 : 8
        radius: 8
        color: LabTheme.machineLight
        border.color: LabTheme.machineDark
        Behavior on y { NumberAnimation { duration: 140; easing.type: Easing.OutCubic } }

        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: 14
            anchors.rightMargin: 6
            LabLabel {
                Layout.fillWidth: true
                text: drawer.lab.drawerOpen ? qsTr("Drawer open") : qsTr("Drawer closed")
                color: LabTheme.machineInk
                font.weight: Font.DemiBold
            }
            LabButton {
                implicitHeight: 38
                text: drawer.lab.drawerOpen ? qsTr("Close drawer") : qsTr("Open with key")
                onClicked: drawer.lab.drawerOpen ? drawer.lab.closeDrawer() : drawer.lab.openDrawer()
            }
        }
    }
}
