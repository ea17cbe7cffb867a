// What is asked of a person about an order: a place, a number, how much, a proof. Nothing covers the order while it is asked.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Rectangle {
    id: asks
    required property PickupModel pickup
    readonly property string step: asks.pickup.step

    implicitHeight: inside.implicitHeight + 28
    radius: Theme.radius
    color: Theme.raised
    border.width: 1
    border.color: Theme.outline

    ColumnLayout {
        id: inside
        anchors.fill: parent
        anchors.margins: 14
        spacing: 10
        RowLayout {
            spacing: Theme.gap
            Layout.fillWidth: true
            Label {
                text: asks.pickup.stepTitle
                strong: true
                font.pixelSize: Theme.textStrong
                wrapMode: Text.WordWrap
                Accessible.role: Accessible.Heading
                Layout.fillWidth: true
            }
            PushButton {
                text: qsTr("Back")
                keyCap: "Esc"
                onClicked: asks.pickup.stop()
            }
        }
        Label {
            visible: text !== ""
            text: asks.step === "missing" && asks.pickup.missing.proposedText !== "" ? asks.pickup.missing.proposedText : asks.pickup.stepHint
            strong: asks.step === "missing" && asks.pickup.missing.proposedText !== ""
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
        }
        Field {
            id: field
            visible: asks.pickup.asksText || asks.step === "pack"
            label: asks.step === "pack" ? qsTr("Weight in grams, if you weighed it") : asks.pickup.stepTitle
            placeholderText: asks.step === "pack" ? field.label : ""
            maximumLength: asks.step === "pack" ? 6 : 60
            onTextEdited: asks.pickup.type(text)
            Keys.onEscapePressed: asks.pickup.stop()
            onVisibleChanged: if (visible) { text = asks.pickup.stepText; if (asks.pickup.asksText) Qt.callLater(field.forceActiveFocus); }
            Layout.fillWidth: true
        }
        PushButton {
            visible: asks.step === "hand" && asks.pickup.ageText !== ""
            text: asks.pickup.ageText
            iconName: asks.pickup.isOldEnough ? "check" : "badge"
            kind: asks.pickup.isOldEnough ? "soft" : "danger"
            note: asks.pickup.isOldEnough ? qsTr("Seen") : qsTr("Touch when you have seen it")
            onClicked: asks.pickup.seenAge()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        GridLayout {
            visible: asks.step === "hand"
            columns: Theme.large ? 1 : 2
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap
            Layout.fillWidth: true
            Repeater {
                model: [
                    {key: "code", text: qsTr("Code or receipt"), icon: "qr-code"},
                    {key: "card", text: qsTr("Customer card"), icon: "card"},
                    {key: "identity", text: qsTr("Identity document"), icon: "badge"},
                    {key: "known", text: qsTr("Known here"), icon: "user"}
                ]
                PushButton {
                    required property var modelData
                    text: modelData.text
                    iconName: modelData.icon
                    kind: asks.pickup.proof === modelData.key ? "primary" : "secondary"
                    keyCap: asks.pickup.proof === modelData.key ? "Enter" : ""
                    onClicked: asks.pickup.prove(modelData.key)
                    Layout.fillWidth: true
                    Layout.preferredHeight: 60
                }
            }
        }
        PickupMissing {
            visible: asks.step === "missing"
            missing: asks.pickup.missing
            Layout.fillWidth: true
        }
        PushButton {
            visible: asks.pickup.asksText || asks.step === "cancel" || asks.step === "pack"
            text: asks.step === "pack" ? qsTr("Close the parcel") : asks.step === "cancel" ? qsTr("Cancel these") : asks.step === "track" ? qsTr("Handed to the carrier") : qsTr("It lies there")
            kind: asks.step === "cancel" ? "danger" : "primary"
            keyCap: "Enter"
            onClicked: asks.pickup.confirm()
            Layout.alignment: Qt.AlignRight
            Layout.preferredHeight: 56
        }
    }
}
