// A style on the shelf: picture, name, price, and in words when it is sold out.
import QtQuick
import QtQuick.Templates as T
import Parts
import Toonbank

T.AbstractButton {
    id: card
    required property string key
    required property string name
    required property string brand
    required property string price
    required property string unitPrice
    required property string was
    required property string offer
    required property string picture
    required property bool soldOut
    required property string note
    required property string spoken
    property bool ringed: false
    property bool wide: false
    property bool low: false
    readonly property int pictureSide: card.wide ? Math.min(220, card.height - 68) : 216

    padding: 8
    topInset: 8
    bottomInset: 8
    leftInset: 8
    rightInset: 8
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.Button
    Accessible.name: card.spoken
    Accessible.onPressAction: card.click()

    background: Rectangle {
        radius: 22
        color: card.down ? Theme.accentSoft : Theme.surface
        border.width: card.ringed ? 6 : Theme.highContrast ? 3 : 2
        border.color: card.ringed ? Theme.focus : Theme.hairline
    }
    contentItem: Item {
        Rectangle {
            id: stage
            x: 14
            y: 14
            width: card.wide ? card.pictureSide + 8 : parent.width - 28
            height: card.wide ? parent.height - 28 : card.pictureSide + 20
            radius: 14
            color: Theme.raised
            Picture {
                name: card.picture
                side: card.pictureSide
                anchors.centerIn: parent
                opacity: card.soldOut ? 0.35 : 1
            }
            Rectangle {
                visible: card.soldOut
                anchors.left: parent.left
                anchors.bottom: parent.bottom
                anchors.margins: 10
                width: gone.implicitWidth + 28
                height: gone.implicitHeight + 14
                radius: 10
                color: Theme.strip
                Row {
                    id: gone
                    anchors.centerIn: parent
                    spacing: 8
                    Icon {
                        name: "ban"
                        side: Math.min(Theme.textSmall, 40)
                        colour: Theme.stripText
                        anchors.verticalCenter: parent.verticalCenter
                    }
                    Text {
                        text: card.note
                        color: Theme.stripText
                        font.pixelSize: Theme.textSmall
                        font.weight: Font.DemiBold
                        textFormat: Text.PlainText
                        Accessible.ignored: true
                    }
                }
            }
        }
        Column {
            x: card.wide ? stage.width + 38 : 20
            y: card.wide ? 20 : stage.height + 26
            width: parent.width - x - 18
            spacing: 2
            Text {
                text: card.name
                font.features: ({ "tnum": 0 })
                color: card.soldOut ? Theme.inkMuted : Theme.ink
                font.pixelSize: Theme.textBody
                font.weight: Font.DemiBold
                textFormat: Text.PlainText
                wrapMode: Text.Wrap
                maximumLineCount: card.low ? 2 : 3
                lineHeight: 1.05
                width: parent.width
                Accessible.ignored: true
            }
            Text {
                visible: !card.wide && card.was === "" && card.offer === ""
                text: card.brand
                font.features: ({ "tnum": 0 })
                color: Theme.inkMuted
                font.pixelSize: Theme.textSmall
                textFormat: Text.PlainText
                width: parent.width
                elide: Text.ElideRight
                Accessible.ignored: true
            }
        }
        Column {
            anchors.right: parent.right
            anchors.rightMargin: 20
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 16
            width: card.wide ? parent.width - stage.width - 56 : parent.width - 40
            Text {
                text: card.price
                color: card.soldOut ? Theme.inkMuted : Theme.accentInk
                font.pixelSize: card.low ? Math.min(Theme.textStrong, 56) : Math.min(Theme.textTitle, 56)
                font.weight: Font.Bold
                font.features: ({ "tnum": 1 })
                textFormat: Text.PlainText
                wrapMode: Text.Wrap
                width: parent.width
                Accessible.ignored: true
            }
            Text {
                visible: card.was !== "" || card.offer !== ""
                text: card.was !== "" ? card.was : card.offer
                color: Theme.accentInk
                font.pixelSize: Theme.textSmall
                font.weight: Font.Bold
                textFormat: Text.PlainText
                elide: Text.ElideRight
                width: parent.width
                Accessible.ignored: true
            }
            Text {
                visible: card.unitPrice !== ""
                text: card.unitPrice
                color: Theme.inkMuted
                font.pixelSize: Theme.textSmall
                textFormat: Text.PlainText
                wrapMode: Text.Wrap
                width: parent.width
                Accessible.ignored: true
            }
        }
    }
}
