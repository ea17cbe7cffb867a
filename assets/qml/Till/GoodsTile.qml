// One article as a tile: picture, name, price. Sold out is said in a word, and may still be sold.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

T.AbstractButton {
    id: tile
    required property string key
    required property string name
    required property string detail
    required property string price
    required property string stock
    required property string picture
    required property bool soldOut
    required property string spoken
    property bool marked: false

    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.Button
    Accessible.name: tile.spoken
    Accessible.onPressAction: tile.click()

    background: Item {
        Rectangle {
            anchors.fill: parent
            anchors.rightMargin: Theme.gap
            anchors.bottomMargin: Theme.gap
            radius: Theme.radius
            color: tile.down ? Theme.accentSoft : Theme.surface
            border.width: tile.marked ? Theme.focusLine : 1
            border.color: tile.marked ? Theme.focus : Theme.hairline
        }
    }
    contentItem: Item {
        ColumnLayout {
            anchors.fill: parent
            anchors.margins: 8
            anchors.rightMargin: 8 + Theme.gap
            anchors.bottomMargin: (Theme.large ? 4 : 8) + Theme.gap
            spacing: 2
            Picture {
                name: tile.picture
                side: Theme.large ? 48 : 60
                opacity: tile.soldOut ? 0.5 : 1
                Layout.alignment: Qt.AlignHCenter
            }
            Label {
                text: tile.name
                font.pixelSize: Theme.textSmall
                wrapMode: Theme.large ? Text.Wrap : Text.WordWrap
                elide: Text.ElideRight
                maximumLineCount: Theme.large ? 3 : 2
                lineHeight: 0.95
                horizontalAlignment: Text.AlignHCenter
                verticalAlignment: Text.AlignVCenter
                Layout.fillWidth: true
                Layout.fillHeight: true
                Accessible.ignored: true
            }
            Label {
                text: !tile.soldOut ? tile.price : tile.price + (Theme.large ? "\n" : " · ") + tile.stock
                strong: true
                color: tile.soldOut ? Theme.warn : Theme.accentInk
                font.pixelSize: tile.soldOut ? Theme.textSmall : Theme.textBody
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }
    }
}
