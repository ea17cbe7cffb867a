// Parcels that wait for their carrier: a touch or a scan ticks what goes along.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Card {
    id: card
    required property CarrierModel carrier

    EmptyState {
        visible: card.carrier.giveText === ""
        width: Math.min(320 * Theme.textScale, parent.width - 40)
        anchors.centerIn: parent
        iconName: "truck"
        title: qsTr("No parcel waits for a carrier")
    }
    ColumnLayout {
        visible: card.carrier.giveText !== ""
        anchors.fill: parent
        anchors.margins: 8
        spacing: 10
        ListView {
            id: list
            clip: true
            spacing: Theme.gap
            model: card.carrier.rows
            boundsBehavior: Flickable.StopAtBounds
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Parcels")
            Layout.fillWidth: true
            Layout.fillHeight: true
            delegate: T.AbstractButton {
                id: item
                required property int index
                required property string key
                required property string title
                required property string detail
                required property bool ticked
                required property bool chosen
                width: list.width
                height: Math.max(Theme.target, inside.implicitHeight + 18)
                focusPolicy: Qt.TabFocus
                Accessible.name: item.title + ", " + item.detail
                Accessible.checkable: true
                Accessible.checked: item.ticked
                Accessible.onPressAction: item.click()
                onClicked: card.carrier.tick(item.key)
                onChosenChanged: if (item.chosen) list.positionViewAtIndex(item.index, ListView.Contain)
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: item.ticked ? Theme.accentSoft : item.down ? Theme.sunken : Theme.raised
                    border.width: item.chosen ? 2 : 1
                    border.color: item.chosen ? Theme.accent : Theme.hairline
                    FocusRing {
                        around: item
                    }
                }
                contentItem: Item {
                    RowLayout {
                        id: inside
                        anchors.left: parent.left
                        anchors.right: parent.right
                        anchors.leftMargin: 12
                        anchors.rightMargin: 12
                        anchors.verticalCenter: parent.verticalCenter
                        spacing: 12
                        Icon {
                            name: item.ticked ? "check-circle" : "package"
                            side: 22
                            colour: item.ticked ? Theme.good : Theme.inkMuted
                        }
                        ColumnLayout {
                            spacing: 3
                            Layout.fillWidth: true
                            Label {
                                text: item.title
                                strong: true
                                figures: true
                                wrapMode: Text.WordWrap
                                Layout.fillWidth: true
                            }
                            Label {
                                text: item.detail
                                muted: true
                                font.pixelSize: Theme.textSmall
                                wrapMode: Text.WordWrap
                                Layout.fillWidth: true
                            }
                        }
                    }
                }
            }
        }
        PushButton {
            text: card.carrier.giveText
            iconName: "truck"
            keyCap: "F9"
            kind: "primary"
            onClicked: card.carrier.give()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
}
