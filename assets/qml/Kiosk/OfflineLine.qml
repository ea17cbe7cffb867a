// The line is down: what still holds, and what may be older.
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

Rectangle {
    id: banner
    implicitHeight: row.implicitHeight + 22
    color: Theme.warnSoft
    RowLayout {
        id: row
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: 36
        anchors.rightMargin: 36
        anchors.verticalCenter: parent.verticalCenter
        spacing: 18
        Icon {
            name: "cloud-off"
            side: 36
            colour: Theme.warn
        }
        KioskLabel {
            text: qsTr("No connection just now. Prices hold; stock may be older than usual.")
            font.pixelSize: Math.min(Theme.textSmall + 2, 44)
            Layout.fillWidth: true
        }
    }
}
