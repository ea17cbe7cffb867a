// The card terminal has the floor: waiting for the customer, refused and why, or unknown with its owner, its age and its ways out.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Card {
    id: panel
    required property CardModel card
    readonly property bool waits: panel.card.phase === "waiting"
    readonly property bool refused: panel.card.phase === "declined"
    readonly property bool unknown: panel.card.phase === "unknown"
    readonly property bool toSign: panel.card.phase === "to_sign"
    readonly property color tone: panel.unknown || panel.toSign ? Theme.warn : panel.refused ? Theme.bad : Theme.accent

    Accessible.role: Accessible.AlertMessage
    Accessible.name: panel.card.titleText + ". " + panel.card.hintText

    Flickable {
        anchors.fill: parent
        anchors.margins: Theme.large ? 16 : 32
        contentHeight: content.height
        interactive: contentHeight > height
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        ColumnLayout {
            id: content
            width: parent.width
            height: Math.max(implicitHeight, panel.height - (Theme.large ? 32 : 64))
            spacing: Theme.large ? 10 : 18
            Item {
                Layout.fillHeight: true
            }
            Icon {
                name: panel.toSign ? "edit" : panel.unknown ? "help" : panel.refused ? "ban" : "card"
                colour: panel.tone
                side: Theme.large ? 56 : 88
                Layout.alignment: Qt.AlignHCenter
            }
            Label {
                text: panel.card.titleText
                strong: true
                font.pixelSize: Theme.textHeading
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
                Accessible.role: Accessible.Heading
            }
            Label {
                text: panel.card.amountText
                figures: true
                strong: true
                font.pixelSize: Theme.displayHuge
                fontSizeMode: Text.HorizontalFit
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
            Label {
                text: panel.card.hintText
                font.pixelSize: Theme.textStrong
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
                Layout.maximumWidth: 760
                Layout.alignment: Qt.AlignHCenter
            }
            Label {
                visible: panel.card.ownerText !== ""
                text: panel.card.ownerText
                muted: true
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Item {
                Layout.fillHeight: true
            }
            GridLayout {
                columns: Theme.large ? 1 : 3
                columnSpacing: 12
                rowSpacing: 10
                uniformCellWidths: true
                Layout.fillWidth: true
                Layout.maximumWidth: 900
                Layout.alignment: Qt.AlignHCenter
                PushButton {
                    visible: panel.waits
                    text: qsTr("Stop")
                    iconName: "x"
                    keyCap: "Esc"
                    onClicked: panel.card.stop()
                    Layout.fillWidth: true
                    Layout.preferredHeight: 72
                    Layout.columnSpan: Theme.large ? 1 : 3
                }
                PushButton {
                    visible: panel.refused
                    text: qsTr("Another way to pay")
                    iconName: "arrow-left"
                    keyCap: "Esc"
                    onClicked: panel.card.leave()
                    Layout.fillWidth: true
                    Layout.preferredHeight: 72
                }
                PushButton {
                    visible: panel.refused
                    text: qsTr("Try again")
                    kind: "primary"
                    iconName: "refresh"
                    keyCap: "Enter"
                    onClicked: panel.card.retry()
                    Layout.fillWidth: true
                    Layout.preferredHeight: 72
                    Layout.columnSpan: Theme.large ? 1 : 2
                }
                PushButton {
                    visible: panel.toSign
                    text: qsTr("Not right: give it back")
                    kind: "danger"
                    iconName: "undo"
                    keyCap: "F4"
                    onClicked: panel.card.refuseSignature()
                    Layout.fillWidth: true
                    Layout.preferredHeight: 72
                }
                PushButton {
                    visible: panel.toSign
                    text: qsTr("The signature is right")
                    kind: "primary"
                    iconName: "check"
                    keyCap: "Enter"
                    onClicked: panel.card.sign(true)
                    Layout.fillWidth: true
                    Layout.preferredHeight: 72
                    Layout.columnSpan: Theme.large ? 1 : 2
                }
                PushButton {
                    visible: panel.unknown
                    text: qsTr("A manager decides")
                    iconName: "badge"
                    keyCap: "F7"
                    onClicked: panel.card.state()
                    Layout.fillWidth: true
                    Layout.preferredHeight: 72
                }
                PushButton {
                    visible: panel.unknown
                    text: qsTr("Ask the terminal again")
                    kind: "primary"
                    iconName: "refresh"
                    keyCap: "Enter"
                    onClicked: panel.card.askAgain()
                    Layout.fillWidth: true
                    Layout.preferredHeight: 72
                    Layout.columnSpan: Theme.large ? 1 : 2
                }
            }
        }
    }
}
