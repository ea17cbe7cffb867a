// What just happened, in a line; it goes by itself, and what it offers is also on the basket's page.
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

Rectangle {
    id: toast
    required property KioskModel kiosk

    implicitHeight: Math.max(116, row.implicitHeight + 28)
    radius: 24
    color: Theme.strip
    visible: toast.kiosk.toast !== ""
    Accessible.role: Accessible.AlertMessage
    Accessible.name: toast.kiosk.toast
    MouseArea {
        anchors.fill: parent
    }
    RowLayout {
        id: row
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: 32
        anchors.rightMargin: 14
        spacing: 22
        Icon {
            name: toast.kiosk.toastUndo ? "trash" : "check-circle"
            side: 44
            colour: Theme.stripText
        }
        Text {
            text: toast.kiosk.toast
            color: Theme.stripText
            font.features: ({ "tnum": 0 })
            font.pixelSize: Math.min(Theme.textStrong, 50)
            textFormat: Text.PlainText
            wrapMode: Text.Wrap
            Layout.fillWidth: true
            Accessible.ignored: true
        }
        KioskButton {
            visible: toast.kiosk.toastUndo
            kind: "light"
            iconName: "undo"
            text: qsTr("Undo")
            textSize: Math.min(Theme.textStrong, 46)
            onClicked: toast.kiosk.basket.undo()
        }
    }
}
