// One result of the search. The arrow shows its page: sizes, colours, stock elsewhere.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

T.AbstractButton {
    id: line
    required property string key
    required property string name
    required property string detail
    required property string price
    required property string stock
    required property string picture
    required property bool soldOut
    required property string spoken
    property bool marked: false
    signal looked

    height: 68
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.Button
    Accessible.name: line.spoken
    Accessible.onPressAction: line.click()

    background: Rectangle {
        radius: Theme.radiusSmall
        color: line.marked ? Theme.accentSoft : line.down ? Theme.raised : Theme.surface
        border.width: line.marked ? 2 : 1
        border.color: line.marked ? Theme.accent : Theme.hairline
    }
    contentItem: Item {
        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: 12
            anchors.rightMargin: 8
            spacing: 12
            Picture {
                name: line.picture
                side: 48
            }
            ColumnLayout {
                spacing: 1
                Layout.fillWidth: true
                Label {
                    text: line.name
                    strong: true
                    Layout.fillWidth: true
                    Accessible.ignored: true
                }
                Label {
                    text: line.detail
                    muted: true
                    font.pixelSize: Theme.textSmall
                    Layout.fillWidth: true
                    Accessible.ignored: true
                }
            }
            ColumnLayout {
                spacing: 1
                Label {
                    text: line.price
                    strong: true
                    Layout.alignment: Qt.AlignRight
                    Accessible.ignored: true
                }
                Label {
                    text: line.stock
                    color: line.soldOut ? Theme.warn : Theme.inkMuted
                    font.pixelSize: Theme.textSmall
                    Layout.alignment: Qt.AlignRight
                    Accessible.ignored: true
                }
            }
            PushButton {
                kind: "quiet"
                iconName: "chevron-right"
                focusPolicy: Qt.NoFocus
                Accessible.name: qsTr("More about %1").arg(line.name)
                onClicked: line.looked()
            }
        }
    }
}
