// One line of the basket. The chosen one shows its own tools.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

T.AbstractButton {
    id: line
    required property SaleModel sale
    required property bool chosen
    // Large text takes the lines that it needs. Read once for all lines, as it is asked for in Python.
    required property bool large
    // "line %1 of 60": made once for all lines, because the translation of a text is asked for in Python.
    required property string placeText
    required property int index
    required property int key
    required property string name
    required property string detail
    required property string quantity
    required property string amount
    required property string discount
    required property string picture
    required property bool newest
    required property string spoken

    implicitHeight: Math.max(56, texts.implicitHeight + 14)
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.Button
    Accessible.name: line.spoken + ", " + line.placeText.arg(line.index + 1)
    Accessible.onPressAction: line.click()
    onClicked: line.sale.choose(line.key)

    background: Rectangle {
        color: line.chosen ? Theme.newRow : line.down ? Theme.raised : "transparent"
        // The newest keeps its bar when another is chosen. Letters that grew bold with it cost a scan a fifth of a millisecond.
        Rectangle {
            visible: line.chosen || line.newest
            width: 4
            height: parent.height
            color: Theme.accent
        }
        Rectangle {
            anchors.bottom: parent.bottom
            anchors.left: parent.left
            anchors.leftMargin: 16
            anchors.right: parent.right
            height: 1
            color: Theme.hairline
        }
    }
    // Placed by anchors: three nested layouts cost a scan a millisecond before its line was painted.
    contentItem: Item {
        PlainPicture {
            id: picture
            name: line.picture
            width: 40
            height: 40
            sourceSize: Qt.size(40, 40)
            anchors.left: parent.left
            anchors.leftMargin: 12
            anchors.verticalCenter: parent.verticalCenter
        }
        Item {
            id: texts
            implicitHeight: name.height + (detail.visible ? detail.height : 0) + (discount.active ? discount.height : 0)
            height: implicitHeight
            anchors.left: picture.right
            anchors.leftMargin: 10
            anchors.right: parent.right
            anchors.rightMargin: 16
            anchors.verticalCenter: parent.verticalCenter
            PlainText {
                id: quantity
                text: line.quantity
                figures: true
                color: Theme.accentInk
                strong: true
                width: Math.max(18, implicitWidth)
            }
            PlainText {
                id: name
                text: line.name
                anchors.left: quantity.right
                anchors.leftMargin: 8
                anchors.right: amount.left
                anchors.rightMargin: 8
                elide: Text.ElideRight
                wrapMode: line.large ? Text.Wrap : Text.NoWrap
            }
            PlainText {
                id: amount
                text: line.amount
                figures: true
                strong: true
                anchors.right: parent.right
            }
            PlainText {
                id: detail
                visible: line.detail !== ""
                text: line.detail
                muted: true
                font.pixelSize: Theme.textSmall
                anchors.top: name.bottom
                anchors.left: parent.left
                anchors.leftMargin: 26
                anchors.right: parent.right
                elide: Text.ElideRight
                wrapMode: line.large ? Text.Wrap : Text.NoWrap
            }
            Loader {
                id: discount
                active: line.discount !== ""
                anchors.top: detail.visible ? detail.bottom : name.bottom
                anchors.left: parent.left
                anchors.leftMargin: 26
                anchors.right: parent.right
                sourceComponent: RowLayout {
                    spacing: 5
                    Icon {
                        name: "discount"
                        side: 14
                        colour: Theme.accentInk
                    }
                    Label {
                        text: line.discount
                        color: Theme.accentInk
                        font.pixelSize: Theme.textSmall
                        Layout.fillWidth: true
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
}
