// K12: calling a colleague. Called is said when a till shows the call, and no sooner.
import QtQuick
import QtQuick.Layouts
import Toonbank

KioskPanel {
    id: panel
    readonly property string phase: panel.kiosk.help.phase

    iconName: panel.kiosk.help.iconName
    title: panel.kiosk.help.title
    hint: panel.kiosk.help.hint
    kind: panel.phase === "unreachable" ? "warn" : "info"

    ReasonButton {
        visible: panel.phase === "none"
        iconName: "search"
        text: qsTr("I am looking for something")
        onClicked: panel.kiosk.help.call("find")
        Layout.fillWidth: true
    }
    ReasonButton {
        visible: panel.phase === "none"
        iconName: "info"
        text: qsTr("I have a question about an article")
        onClicked: panel.kiosk.help.call("advice")
        Layout.fillWidth: true
    }
    ReasonButton {
        visible: panel.phase === "none"
        iconName: "settings"
        text: qsTr("The kiosk does not work for me")
        onClicked: panel.kiosk.help.call("kiosk")
        Layout.fillWidth: true
    }
    KioskButton {
        visible: panel.phase === "unreachable"
        iconName: "refresh"
        text: qsTr("Try again")
        onClicked: panel.kiosk.help.call("again")
        Layout.fillWidth: true
        Layout.preferredHeight: 124
    }
    KioskButton {
        visible: panel.phase !== "none"
        kind: "primary"
        iconName: "check"
        text: qsTr("Go on shopping")
        onClicked: panel.kiosk.closePanel()
        Layout.fillWidth: true
        Layout.preferredHeight: 124
    }
    KioskButton {
        visible: panel.phase === "calling" || panel.phase === "delivered" || panel.phase === "coming"
        iconName: "x"
        text: qsTr("I do not need help any more")
        onClicked: {
            panel.kiosk.help.cancel();
            panel.kiosk.closePanel();
        }
        Layout.fillWidth: true
        Layout.preferredHeight: 110
    }

    component ReasonButton: KioskButton {
        kind: "tile"
        iconSide: 52
        Layout.preferredHeight: Math.max(132, implicitHeight)
    }
}
