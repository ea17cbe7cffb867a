// The fault buttons: each strikes at once or at a chosen moment; pressed again it ends.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts

LabCard {
    id: card

    required property var lab
    property string trigger: "now"
    readonly property int labelWidth: 72

    title: qsTr("Faults")
    trailing: LabButton {
        implicitHeight: 36
        enabled: card.lab.faultsActive.length > 0 || card.lab.faultsArmed.length > 0
        text: qsTr("All well again")
        onClicked: card.lab.clearFaults()
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: 6

        LabLabel {
            Layout.alignment: Qt.AlignTop
            Layout.preferredWidth: card.labelWidth
            topPadding: 9
            text: qsTr("Strikes")
            color: LabTheme.quietInk
        }
        Flow {
            Layout.fillWidth: true
            spacing: 6

            Repeater {
                model: [
                    { "kind": "now", "label": qsTr("now") },
                    { "kind": "byte", "label": qsTr("at byte") },
                    { "kind": "line", "label": qsTr("at line") },
                    { "kind": "cut", "label": qsTr("at cut") },
                    { "kind": "after", "label": qsTr("after seconds") }
                ]
                LabButton {
                    required property var modelData
                    implicitHeight: 38
                    primary: card.trigger === modelData.kind
                    text: modelData.label
                    onClicked: card.trigger = modelData.kind
                }
            }
            TextField {
                id: number
                visible: card.trigger !== "now"
                implicitWidth: 68
                implicitHeight: 38
                text: "1"
                color: LabTheme.ink
                font.family: LabTheme.monoFamily
                font.pixelSize: LabTheme.normal
                inputMethodHints: Qt.ImhFormattedNumbersOnly
                Accessible.name: qsTr("Number of the byte, line, cut or second")
                background: Rectangle {
                    radius: LabTheme.radius
                    color: LabTheme.card
                    border.width: number.activeFocus ? 3 : 1
                    border.color: number.activeFocus ? LabTheme.accent : LabTheme.edge
                }
            }
        }
    }
    Repeater {
        model: ["printer", "power", "line"]
        RowLayout {
            id: group
            required property string modelData
            Layout.fillWidth: true
            spacing: 6

            LabLabel {
                Layout.alignment: Qt.AlignTop
                Layout.preferredWidth: card.labelWidth
                topPadding: 12
                text: LabWords.groups[group.modelData]
                color: LabTheme.quietInk
            }
            Flow {
                Layout.fillWidth: true
                spacing: 6
                Repeater {
                    model: card.lab.faults(group.modelData)
                    LabButton {
                        required property string modelData
                        text: LabWords.effects[modelData]
                        active: card.lab.faultsActive.indexOf(modelData) >= 0
                        armed: card.lab.faultsArmed.indexOf(modelData) >= 0
                        onClicked: card.lab.toggleFault(modelData, card.trigger, number.text)
                    }
                }
            }
        }
    }
}
