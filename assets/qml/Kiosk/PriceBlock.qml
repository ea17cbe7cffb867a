// The price, and what the law and honesty put beside it.
import QtQuick
import Toonbank

Column {
    id: block
    required property KioskItemModel item
    property bool atRight: false

    spacing: 2
    KioskLabel {
        text: block.item.price
        figures: true
        strong: true
        color: Theme.accentInk
        font.pixelSize: Math.min(Theme.textHeading + 8, 92)
        anchors.right: block.atRight ? parent.right : undefined
    }
    KioskLabel {
        visible: block.item.was !== ""
        text: block.item.was
        strong: true
        anchors.right: block.atRight ? parent.right : undefined
    }
    KioskLabel {
        visible: block.item.offer !== ""
        text: block.item.offer
        color: Theme.accentInk
        anchors.right: block.atRight ? parent.right : undefined
    }
    KioskLabel {
        visible: block.item.unitPrice !== ""
        text: block.item.unitPrice
        muted: true
        anchors.right: block.atRight ? parent.right : undefined
    }
    KioskLabel {
        visible: block.item.deposit !== ""
        text: block.item.deposit
        muted: true
        anchors.right: block.atRight ? parent.right : undefined
    }
}
