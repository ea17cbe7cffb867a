// The till's window: the strip on top, one screen, and at most one dialog over it. Keys nobody took go to `keys`.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Window
import Toonbank
import Parts

Window {
    id: window
    required property TillModel till
    required property TillKeys keys
    // People sign in first: all else is read and made when it is first wanted, so that the first frame need not wait for it.
    readonly property bool wantsAll: till.screen !== "sign_in" || till.dialog !== ""

    onWantsAllChanged: makeAll()
    Component.onCompleted: makeAll()

    function makeAll() {
        if (wantsAll && screens.status === Loader.Null) {
            screens.setSource("Screens.qml", {till: till});
            dialogs.setSource("Dialogs.qml", {till: till});
        }
    }

    width: 1366
    height: 768
    minimumWidth: 1024
    minimumHeight: 700
    title: qsTr("Toonbank till")
    color: Theme.page

    Item {
        id: stage
        anchors.fill: parent
        focus: true
        Accessible.role: Accessible.Pane
        Accessible.name: qsTr("Till")
        Keys.onPressed: event => {
            if (window.keys.press(event.key, event.text)) {
                event.accepted = true;
                if (event.text !== "" && !stage.activeFocus)
                    stage.forceActiveFocus();
            }
        }

        ColumnLayout {
            anchors.fill: parent
            spacing: 0
            enabled: window.till.dialog === ""

            StatusStrip {
                till: window.till
                Layout.fillWidth: true
            }
            Banner {
                visible: window.till.help.isCalling
                iconName: "bell-ring"
                kind: "warn"
                title: window.till.help.title
                hint: window.till.help.hint
                Layout.fillWidth: true
                Layout.margins: 8
                Layout.bottomMargin: 0
                PushButton {
                    visible: window.till.help.isCalling
                    text: qsTr("I am going")
                    kind: "primary"
                    iconName: "check"
                    onClicked: window.till.help.answer()
                }
            }
            Item {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Loader {
                    anchors.fill: parent
                    sourceComponent: window.till.screen === "sign_in" ? signIn : null
                }
                Loader {
                    id: screens
                    anchors.fill: parent
                }
            }
        }
        MessageBar {
            id: message
            // Nothing that it speaks of may be hidden by it: between basket and keypad at the sale, between what was keyed in and the keypad
            // while money is taken, and over the strip in large text.
            readonly property bool paying: window.till.screen === "payment" && !Theme.large
            readonly property bool selling: window.till.screen === "sale" && window.till.dialog === "" && !Theme.large
            readonly property bool isUpright: message.selling && parent.width < 1000 && parent.height > parent.width
            readonly property int pageWidth: Math.min(parent.width - 48, 1420)
            readonly property bool isTall: parent.width < 1000 && parent.height > parent.width
            readonly property int pageTop: message.isTall ? Theme.target - 80 : Theme.target + 4 + Math.max(24, (parent.height - Theme.target - 864) / 2)
            till: window.till
            x: message.isUpright ? 24 : message.selling ? parent.width * 0.37 : message.paying ? (parent.width + message.pageWidth) / 2 - width : (parent.width - width) / 2
            y: Theme.large || window.till.dialog !== "" ? 2 : message.paying ? message.pageTop + 120 : window.till.screen === "sale" ? parent.height - height - (message.isUpright ? 160 : 88) : Theme.target + 14
            maximumWidth: message.selling ? parent.width * 0.385 : message.paying ? (parent.width < 1000 ? 240 : 340) : parent.width - (Theme.large ? 8 : 80)
        }
        Loader {
            id: dialogs
            anchors.fill: parent
        }
    }
    Loader {
        // Beside a sale it has a place of its own; anywhere else one code is wanted, and it lies over the lower half until that is read.
        active: window.till.camera.isOpen && (window.till.screen !== "sale" || window.till.dialog !== "")
        width: Math.min(parent.width - 24, 760)
        height: Math.round(parent.height * 0.5)
        x: (parent.width - width) / 2
        y: parent.height - height - 12
        sourceComponent: CameraSheet { camera: window.till.camera }
    }
    PushButton {
        visible: window.till.camera.isOffered
        text: qsTr("Scan")
        iconName: "camera"
        kind: "soft"
        Accessible.name: qsTr("Scan with the camera")
        x: parent.width - width - 8
        y: 2
        onClicked: window.till.camera.turn()
    }
    Connections {
        target: window.till
        // The keyboard is never lost: a new screen or dialog starts at its main action.
        function onEntered() {
            stage.forceActiveFocus();
        }
    }

    Component { id: signIn; SignInScreen { till: window.till; signing: window.till.signIn } }
}
