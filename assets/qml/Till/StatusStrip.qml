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
    // In large text, and on an upright screen, one word at most is written out: the gravest that warns. The others are icons, with their names.
    readonly property bool terse: strip.width / Theme.textScale < (Theme.large ? 1000 : 960)
    readonly property string warning: strip.status.printerWarns ? "printer" : strip.status.syncWarns ? "sync" : strip.status.scannerWarns ? "scanner" : ""
    readonly property real storeRoom: strip.width - 60 - icon.width - place.implicitWidth - signs.implicitWidth

    implicitHeight: Theme.target + 4
    color: strip.till.isTraining ? Theme.warn : Theme.strip

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 18
        anchors.rightMargin: 8
        spacing: strip.narrow ? 4 : 8

        Icon {
            id: icon
            name: "store"
            side: Theme.large ? 27 : 18
            colour: Theme.stripMuted
        }
        Label {
            id: store
            visible: !Theme.large || store.implicitWidth <= strip.storeRoom
            text: strip.till.isTraining ? qsTr("TRAINING: nothing counts") : strip.status.storeText
            wrapMode: Text.NoWrap
            color: Theme.stripText
            strong: true
            Layout.fillWidth: true
            Layout.minimumWidth: 90
            Layout.maximumWidth: implicitWidth + 1
        }
        Label {
            id: place
            text: strip.status.tillText
            wrapMode: Text.NoWrap
            color: Theme.stripMuted
            Layout.leftMargin: 6
        }
        Item {
            Layout.fillWidth: true
        }
        RowLayout {
            id: signs
            spacing: Theme.large ? Theme.gap : strip.narrow ? 4 : 8
            StatusSign {
                readonly property OrdersModel orders: strip.till.more.orders
                visible: strip.till.isSignedIn && orders.isCalling
                iconName: orders.signWarns ? "alert-triangle" : "package"
                title: qsTr("Orders to pick") + ", " + orders.signText
                word: strip.terse ? orders.signShort : strip.narrow ? orders.signCount : orders.signText
                warns: orders.signWarns
                keyCap: strip.narrow || strip.terse ? "" : "Ins"
                onClicked: orders.beginHere()
            }
            StatusSign {
                // In a hand it stands below, where the basket is.
                visible: strip.till.camera.isFitted && !(strip.till.isTablet && strip.till.screen === "sale")
                iconName: "camera"
                title: strip.till.camera.isOpen ? qsTr("Camera off") : qsTr("Scan with the camera")
                wordHidden: strip.terse || strip.narrow
                onClicked: strip.till.camera.turn()
            }
            StatusSign {
                iconName: "scan"
                title: strip.status.scannerText
                warns: strip.status.scannerWarns
                wordHidden: strip.terse && strip.warning !== "scanner"
                enabled: strip.till.isSignedIn
                onClicked: strip.till.showStatus()
            }
            StatusSign {
                iconName: strip.status.printerIcon
                title: strip.status.printerText
                warns: strip.status.printerWarns
                wordHidden: strip.terse && strip.warning !== "printer"
                enabled: strip.till.isSignedIn
                onClicked: strip.till.showStatus()
            }
            StatusSign {
                iconName: strip.status.syncIcon
                title: strip.status.syncText
                warns: strip.status.syncWarns
                wordHidden: strip.terse && strip.warning !== "sync"
                keyCap: strip.till.isSignedIn && !strip.narrow && !strip.terse ? "F10" : ""
                enabled: strip.till.isSignedIn
                onClicked: strip.till.showStatus()
            }
            StatusSign {
                visible: strip.till.isSignedIn
                iconName: "lock"
                title: strip.till.cashierText
                word: strip.terse ? strip.till.cashierShort : strip.till.cashierText
                keyCap: strip.narrow || strip.terse ? "" : "F12"
                Accessible.name: qsTr("Lock the till") + ", " + strip.till.cashierText
                onClicked: strip.till.lock()
            }
        }
    }
}
