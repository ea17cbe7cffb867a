// A list of orders: for whom, what it is, where it lies, and how it stands with time or money.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Card {
    id: card
    required property OrdersModel orders

    EmptyState {
        visible: card.orders.isEmpty
        width: Math.min(320 * Theme.textScale, parent.width - 40)
        anchors.centerIn: parent
        iconName: "check"
        title: card.orders.emptyText
    }
    ListView {
        id: list
        visible: !card.orders.isEmpty
        anchors.fill: parent
        anchors.margins: 8
        clip: true
        spacing: Theme.gap
        model: card.orders.rows
        boundsBehavior: Flickable.StopAtBounds
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Orders")
        delegate: T.AbstractButton {
            id: item
            required property int index
            required property string key
            required property string title
            required property string detail
            required property string note
            required property string tone
            required property string place
            required property bool chosen
            width: list.width
            height: Math.max(Theme.target, inside.implicitHeight + 18)
            focusPolicy: Qt.TabFocus
            Accessible.name: [item.title, item.note, item.place, item.detail].filter(part => part !== "").join(", ")
            Accessible.checkable: true
            Accessible.checked: item.chosen
            Accessible.onPressAction: item.click()
            Keys.onReturnPressed: item.click()
            Keys.onEnterPressed: item.click()
            onClicked: card.orders.openOrder(item.key)
            onChosenChanged: if (item.chosen) list.positionViewAtIndex(item.index, ListView.Contain)
            background: Rectangle {
                radius: Theme.radiusSmall
                color: item.chosen ? Theme.accentSoft : item.down ? Theme.sunken : Theme.raised
                border.width: item.chosen ? 2 : 1
                border.color: item.chosen ? Theme.accent : Theme.hairline
                FocusRing {
                    around: item
                }
            }
            contentItem: Item {
                ColumnLayout {
                    id: inside
                    anchors.left: parent.left
                    anchors.right: parent.right
                    anchors.leftMargin: 12
                    anchors.rightMargin: 12
                    anchors.verticalCenter: parent.verticalCenter
                    spacing: 3
                    RowLayout {
                        spacing: 8
                        Layout.fillWidth: true
                        Label {
                            text: item.title
                            strong: true
                            font.pixelSize: Theme.textStrong
                            elide: Text.ElideRight
                            Layout.fillWidth: true
                        }
                        Rectangle {
                            visible: item.place !== ""
                            implicitWidth: place.implicitWidth + 16
                            implicitHeight: place.implicitHeight + 6
                            radius: Theme.radiusSmall
                            color: Theme.sunken
                            Label {
                                id: place
                                anchors.centerIn: parent
                                text: item.place
                                strong: true
                            }
                        }
                        RowLayout {
                            visible: item.note !== ""
                            spacing: 4
                            Icon {
                                visible: item.tone !== ""
                                name: item.tone === "good" ? "check" : item.tone === "bad" ? "alert-triangle" : "clock"
                                side: 18
                                colour: note.color
                            }
                            Label {
                                id: note
                                text: item.note
                                strong: item.tone !== ""
                                figures: true
                                color: item.tone === "bad" ? Theme.bad : item.tone === "warn" ? Theme.warn : item.tone === "good" ? Theme.good : Theme.inkMuted
                            }
                        }
                    }
                    Label {
                        text: item.detail
                        muted: true
                        font.pixelSize: Theme.textSmall
                        wrapMode: Text.WordWrap
                        maximumLineCount: 2
                        Layout.fillWidth: true
                    }
                }
            }
        }
    }
}
