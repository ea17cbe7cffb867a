// K5: something could not be done. Kindly, with the reason and ways on.
import QtQuick
import QtQuick.Layouts
import Toonbank

KioskPanel {
    id: panel
    iconName: "barcode"
    kind: "warn"
    title: panel.kiosk.noticeTitle
    hint: panel.kiosk.noticeText

    KioskButton {
        kind: "primary"
        iconName: "check"
        text: qsTr("Go on")
        onClicked: panel.kiosk.closePanel()
        Layout.fillWidth: true
        Layout.preferredHeight: 124
    }
    RowLayout {
        spacing: 20
        uniformCellSizes: true
        Layout.fillWidth: true
        KioskButton {
            iconName: "search"
            text: qsTr("Search by name")
            onClicked: {
                panel.kiosk.closePanel();
                panel.kiosk.openSearch();
            }
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(116, implicitHeight)
        }
        KioskButton {
            kind: "soft"
            iconName: "help"
            text: qsTr("Ask a colleague")
            onClicked: panel.kiosk.openPanel("help")
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(116, implicitHeight)
        }
    }
    KioskLabel {
        text: panel.kiosk.noticeCode
        muted: true
        font.pixelSize: Theme.textSmall
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
}
