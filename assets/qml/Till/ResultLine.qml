// One result of the search. The arrow shows its page: sizes, colours, stock elsewhere.
import QtQuick
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
    // "More about %1", translated once for all lines.
    required property string moreText
    // In large text price and stock have a line of their own. Read once for all lines.
    required property bool large
    property bool marked: false
    signal looked

    height: line.large ? words.height + 24 : 68
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
    // Placed by anchors and without a PushButton: a screen of results is made while somebody types.
    contentItem: Item {
        Picture {
            id: picture
            name: line.picture
            side: 48
            anchors.left: parent.left
            anchors.leftMargin: 12
            anchors.verticalCenter: parent.verticalCenter
        }
        Item {
            id: words
            height: name.height + detail.height + (line.large ? price.height : 1)
            anchors.left: picture.right
            anchors.leftMargin: 12
            anchors.right: more.left
            anchors.rightMargin: 12
            anchors.verticalCenter: parent.verticalCenter
            PlainText {
                id: name
                text: line.name
                strong: true
                elide: Text.ElideRight
                wrapMode: line.large ? Text.Wrap : Text.NoWrap
                maximumLineCount: 3
                anchors.left: parent.left
                anchors.right: parent.right
                anchors.rightMargin: line.large ? 0 : price.width + 12
            }
            PlainText {
                id: detail
                text: line.detail
                muted: true
                font.pixelSize: Theme.textSmall
                elide: Text.ElideRight
                y: line.large ? name.height : words.height - height
                anchors.left: parent.left
                anchors.right: parent.right
                anchors.rightMargin: line.large ? 0 : stock.width + 12
            }
            PlainText {
                id: price
                text: line.price
                strong: true
                x: line.large ? 0 : words.width - width
                y: line.large ? words.height - height : 0
            }
            PlainText {
                id: stock
                text: line.stock
                color: line.soldOut ? Theme.warn : Theme.inkMuted
                font.pixelSize: Theme.textSmall
                anchors.bottom: parent.bottom
                anchors.right: parent.right
            }
        }
        T.AbstractButton {
            id: more
            width: Theme.target
            height: Theme.target
            anchors.right: parent.right
            anchors.rightMargin: 8
            anchors.verticalCenter: parent.verticalCenter
            focusPolicy: Qt.NoFocus
            Accessible.name: line.moreText.arg(line.name)
            Accessible.onPressAction: more.click()
            onClicked: line.looked()
            background: Rectangle {
                radius: Theme.radiusSmall
                color: more.down ? Theme.sunken : "transparent"
                border.width: Theme.highContrast ? 1 : 0
                border.color: Theme.outline
            }
            contentItem: Item {
                Icon {
                    name: "chevron-right"
                    anchors.centerIn: parent
                }
            }
        }
    }
}
