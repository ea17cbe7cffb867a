// Where, who, and how printer, scanner and hub are. Always there, always true; a touch shows more.
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Rectangle {
    id: strip
    required property TillModel till
    readonly property StatusModel status: strip.till.status
    readonly property bool narrow: strip.width < 1200

    implicitHeight: Theme.target + 4
    color: Theme.strip

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 18
        anchors.rightMargin: 8
        spacing: strip.narrow ? 4 : 8

        Icon {
            name: "store"
            side: 18
            colour: Theme.stripMuted
        }
        Label {
            text: strip.status.storeText
            color: Theme.stripText
            strong: true
            Layout.fillWidth: true
            Layout.minimumWidth: 90
            Layout.maximumWidth: implicitWidth + 1
        }
        Label {
            text: strip.status.tillText
            color: Theme.stripMuted
            Layout.leftMargin: 6
        }
        Item {
            Layout.fillWidth: true
        }
        StatusSign {
            iconName: "scan"
            title: strip.status.scannerText
            warns: strip.status.scannerWarns
            enabled: strip.till.isSignedIn
            onClicked: strip.till.showStatus()
        }
        StatusSign {
            iconName: strip.status.printerIcon
            title: strip.status.printerText
            warns: strip.status.printerWarns
            enabled: strip.till.isSignedIn
            onClicked: strip.till.showStatus()
        }
        StatusSign {
            iconName: strip.status.syncIcon
            title: strip.status.syncText
            warns: strip.status.syncWarns
            keyCap: strip.till.isSignedIn && !strip.narrow ? "F10" : ""
            enabled: strip.till.isSignedIn
            onClicked: strip.till.showStatus()
        }
        StatusSign {
            visible: strip.till.isSignedIn
            iconName: "lock"
            title: strip.till.cashierText
            keyCap: strip.narrow ? "" : "F12"
            Accessible.name: qsTr("Lock the till") + ", " + strip.till.cashierText
            onClicked: strip.till.lock()
        }
    }
}
