// K14: nothing to sell here yet. It says so, and where to go.
import QtQuick
import QtQuick.Layouts
import Toonbank

FocusScope {
    id: page
    required property KioskModel kiosk

    Rectangle {
        anchors.fill: parent
        color: Theme.page
    }
    ColumnLayout {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: 80
        anchors.bottomMargin: 160
        spacing: 60
        EmptyHint {
            iconName: "store"
            title: qsTr("This kiosk is not ready yet")
            hint: page.kiosk.tillPlace
            Layout.fillWidth: true
            Layout.bottomMargin: page.kiosk.reach ? 0 : 360
        }
        ToolButtons {
            kiosk: page.kiosk
            Layout.alignment: Qt.AlignHCenter
            Layout.preferredHeight: 160
        }
    }
}
