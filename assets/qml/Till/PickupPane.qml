// One order: for whom, by when, where it lies, what is to pay, its lines, and what can be done with it now.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

ColumnLayout {
    id: pane
    required property PickupModel pickup
    required property TogetherModel together
    spacing: 10

    RowLayout {
        spacing: 12
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            Label {
                text: pane.pickup.title
                strong: true
                font.pixelSize: Theme.displayHeading
                elide: Text.ElideRight
                Accessible.role: Accessible.Heading
                Layout.fillWidth: true
            }
            Label {
                visible: text !== ""
                text: pane.pickup.subtitle
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Label {
                visible: pane.pickup.step === ""
                text: pane.pickup.promiseText
                muted: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
        }
        Rectangle {
            visible: pane.pickup.shelfText !== ""
            implicitWidth: Math.max(96, shelf.implicitWidth + 28)
            implicitHeight: shelf.implicitHeight + caption.implicitHeight + 18
            radius: Theme.radius
            color: Theme.accentSoft
            Accessible.role: Accessible.StaticText
            Accessible.name: caption.text + " " + shelf.text
            Label {
                id: caption
                text: qsTr("Lies at")
                muted: true
                font.pixelSize: Theme.textSmall
                anchors.horizontalCenter: parent.horizontalCenter
                y: 7
            }
            Label {
                id: shelf
                text: pane.pickup.shelfText
                strong: true
                color: Theme.accentInk
                font.pixelSize: Theme.displayHeading
                anchors.horizontalCenter: parent.horizontalCenter
                anchors.bottom: parent.bottom
                anchors.bottomMargin: 7
            }
        }
    }
    Flow {
        spacing: 8
        visible: pane.pickup.step === "" && (pane.pickup.waitText !== "" || pane.pickup.payText !== "" || pane.pickup.progressText !== "")
        Layout.fillWidth: true
        Repeater {
            model: [
                {text: pane.pickup.waitText, tone: pane.pickup.waitTone, icon: "clock"},
                {text: pane.pickup.progressText, tone: "", icon: "basket"},
                {text: pane.pickup.payText, tone: "bad", icon: "wallet"}
            ].filter(one => one.text !== "")
            Rectangle {
                id: badge
                required property var modelData
                readonly property color ink: badge.modelData.tone === "bad" ? Theme.bad : badge.modelData.tone === "warn" ? Theme.warn : Theme.ink
                implicitWidth: words.implicitWidth + 22
                implicitHeight: words.implicitHeight + 12
                radius: Theme.radiusSmall
                color: badge.modelData.tone === "bad" ? Theme.badSoft : badge.modelData.tone === "warn" ? Theme.warnSoft : Theme.sunken
                RowLayout {
                    id: words
                    anchors.centerIn: parent
                    spacing: 6
                    Icon {
                        name: badge.modelData.icon
                        side: 18
                        colour: badge.ink
                    }
                    Label {
                        text: badge.modelData.text
                        strong: true
                        color: badge.ink
                    }
                }
            }
        }
    }
    Label {
        visible: text !== "" && pane.pickup.step === ""
        text: pane.pickup.noteText
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    SignPad {
        visible: pane.pickup.step === "sign"
        signing: pane.pickup.signing
        Layout.fillWidth: true
        Layout.fillHeight: true
    }
    PickupLines {
        visible: pane.pickup.step !== "sign"
        pickup: pane.pickup
        Layout.fillWidth: true
        Layout.fillHeight: true
    }
    TogetherRow {
        together: pane.together
        Layout.fillWidth: true
    }
    PickupStep {
        visible: pane.pickup.step !== "" && pane.pickup.step !== "sign"
        pickup: pane.pickup
        Layout.fillWidth: true
    }
    Flow {
        id: acts
        visible: pane.pickup.step === ""
        spacing: Theme.gap
        Layout.fillWidth: true
        Repeater {
            model: pane.pickup.acts
            PushButton {
                required property string key
                required property string title
                required iconName
                required keyCap
                required kind
                text: title
                height: Math.max(56, implicitHeight)
                onClicked: pane.pickup.act(key)
            }
        }
        PushButton {
            text: qsTr("Back")
            keyCap: "Esc"
            kind: "quiet"
            height: Math.max(56, implicitHeight)
            onClicked: pane.pickup.left()
        }
    }
}
