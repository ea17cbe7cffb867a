// The lines of an order, a row for each state; where it is asked how much, with one more and one less.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

ListView {
    id: list
    required property PickupModel pickup

    model: list.pickup.rows
    clip: true
    spacing: Theme.gap
    boundsBehavior: Flickable.StopAtBounds
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Lines of the order")
    delegate: T.AbstractButton {
        id: item
        required property int index
        required property string key
        required property string title
        required property string detail
        required property string quantity
        required property string tone
        required property string count
        required property bool chosen
        required property int line
        readonly property color ink: item.tone === "good" ? Theme.good : item.tone === "warn" ? Theme.warn : Theme.inkMuted
        width: list.width
        height: Math.max(Theme.target, inside.implicitHeight + 16)
        focusPolicy: Qt.TabFocus
        Accessible.name: item.quantity + " " + item.title + ", " + item.detail
        Accessible.checkable: true
        Accessible.checked: item.chosen
        Accessible.onPressAction: item.click()
        onClicked: list.pickup.chooseLine(item.line)
        onChosenChanged: if (item.chosen) list.positionViewAtIndex(item.index, ListView.Contain)
        background: Rectangle {
            radius: Theme.radiusSmall
            color: item.chosen ? Theme.accentSoft : Theme.raised
            border.width: item.chosen ? 2 : 1
            border.color: item.chosen ? Theme.accent : Theme.hairline
            FocusRing {
                around: item
            }
        }
        contentItem: RowLayout {
            id: inside
            spacing: 12
            Label {
                text: item.quantity
                strong: true
                figures: true
                font.pixelSize: Theme.textStrong
                horizontalAlignment: Text.AlignRight
                Layout.leftMargin: 12
                Layout.minimumWidth: 34
            }
            ColumnLayout {
                spacing: 2
                Layout.fillWidth: true
                Label {
                    text: item.title
                    strong: true
                    wrapMode: Text.WordWrap
                    maximumLineCount: 2
                    Layout.fillWidth: true
                }
                RowLayout {
                    spacing: Theme.gap
                    Icon {
                        visible: item.tone !== ""
                        name: item.tone === "good" ? "check" : "alert-triangle"
                        side: 16
                        colour: item.ink
                    }
                    Label {
                        text: item.detail
                        color: item.ink
                        font.pixelSize: Theme.textSmall
                        wrapMode: Text.WordWrap
                        Layout.fillWidth: true
                    }
                }
            }
            RowLayout {
                visible: item.count !== ""
                spacing: Theme.gap
                Layout.rightMargin: 8
                PushButton {
                    text: "−"
                    Accessible.name: qsTr("One less") + ", " + item.title
                    onClicked: list.pickup.more(item.line, -1)
                    Layout.preferredWidth: Theme.target
                }
                Label {
                    text: item.count
                    strong: true
                    figures: true
                    font.pixelSize: Theme.textStrong
                    horizontalAlignment: Text.AlignHCenter
                    Layout.minimumWidth: 40
                }
                PushButton {
                    text: "+"
                    Accessible.name: qsTr("One more") + ", " + item.title
                    onClicked: list.pickup.more(item.line, 1)
                    Layout.preferredWidth: Theme.target
                }
            }
            Item {
                visible: item.count === ""
                implicitWidth: 6
            }
        }
    }
}
