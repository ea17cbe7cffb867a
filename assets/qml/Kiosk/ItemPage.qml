// K4: one article, with everything that decides: look, size, colour, price, and where it is.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

FocusScope {
    id: page
    required property KioskModel kiosk
    readonly property bool tight: page.kiosk.reach || Theme.textScale > 2
    readonly property KioskItemModel item: page.kiosk.item

    Flickable {
        id: sheet
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: foot.top
        contentHeight: content.implicitHeight + 60
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        Rectangle {
            width: parent.width
            height: stage.height + 138
            visible: !page.kiosk.reach
            color: Theme.raised
        }
        Column {
            id: content
            x: 48
            y: 20
            width: parent.width - 96 - (page.tight ? 96 : 0)
            spacing: 28
            KioskButton {
                iconName: "arrow-left"
                text: qsTr("Back")
                onClicked: page.kiosk.back()
            }
            Item {
                id: stage
                width: parent.width
                height: page.kiosk.reach ? 1 : 440
                Picture {
                    name: page.item.picture
                    visible: !page.kiosk.reach
                    side: 400
                    anchors.centerIn: parent
                }
            }
            Item {
                width: 1
                height: 6
            }
            RowLayout {
                width: parent.width
                spacing: 30
                ColumnLayout {
                    spacing: 6
                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignTop
                    KioskLabel {
                        text: page.item.name
                        strong: true
                        font.pixelSize: Math.min(Theme.textHeading, 84)
                        Accessible.role: Accessible.Heading
                        Layout.fillWidth: true
                    }
                    KioskLabel {
                        text: page.item.brand + (page.item.variant === "" ? "" : "  ·  " + page.item.variant)
                        muted: true
                        Layout.fillWidth: true
                    }
                }
                ColumnLayout {
                    visible: Theme.textScale < 2
                    spacing: 2
                    Layout.alignment: Qt.AlignTop
                    PriceBlock {
                        item: page.item
                        atRight: true
                    }
                }
            }
            PriceBlock {
                visible: Theme.textScale > 2
                item: page.item
                width: parent.width
            }
            NoteLine {
                visible: page.item.ageNote !== ""
                width: parent.width
                iconName: "user"
                text: page.item.ageNote
            }
            SizeGrid {
                id: sizeGrid
                visible: page.item.hasGrid && !page.tight && sizeGrid.fits
                width: parent.width
                item: page.item
            }
            ChoiceRow {
                wanted: !sizeGrid.visible
                width: parent.width
                title: qsTr("Colour")
                choices: page.item.colours
                onChosen: key => page.item.chooseColour(key)
            }
            ChoiceRow {
                wanted: !sizeGrid.visible
                width: parent.width
                title: qsTr("Size")
                choices: page.item.sizes
                onChosen: key => page.item.chooseSize(key)
            }
            NoteLine {
                visible: page.item.hint !== ""
                width: parent.width
                iconName: "info"
                text: page.item.hint
            }
            GridLayout {
                visible: page.kiosk.reserve.canReserve || page.kiosk.wish.canTell
                width: parent.width
                columns: page.tight ? 1 : 2
                columnSpacing: 20
                rowSpacing: 20
                uniformCellWidths: true
                KioskButton {
                    visible: page.kiosk.reserve.canReserve
                    kind: "soft"
                    iconName: "clock"
                    text: page.kiosk.reserve.offerText
                    onClicked: page.kiosk.openReserve()
                    Layout.fillWidth: true
                    Layout.preferredHeight: Math.max(116, implicitHeight)
                }
                KioskButton {
                    visible: page.kiosk.wish.canTell
                    iconName: page.kiosk.wish.isTold ? "check" : "heart"
                    off: page.kiosk.wish.isTold
                    text: page.kiosk.wish.text
                    onClicked: page.kiosk.wish.tell()
                    Layout.fillWidth: true
                    Layout.preferredHeight: Math.max(116, implicitHeight)
                }
            }
            StockList {
                width: parent.width
                places: page.item.places
                rest: page.item.restText
                offline: page.kiosk.isOffline
            }
        }
    }
    ScrollKeys {
        upright: page.tight
        over: sheet
        anchors.right: parent.right
        anchors.rightMargin: 24
        anchors.bottom: foot.top
        anchors.bottomMargin: 16
    }
    Rectangle {
        id: foot
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: page.kiosk.reach ? 150 : 176
        color: Theme.surface
        Rectangle {
            width: parent.width
            height: 2
            color: Theme.hairline
        }
        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: 36
            anchors.rightMargin: 28
            spacing: 30
            Stepper {
                visible: page.item.isCounted && page.item.canAdd
                count: page.item.count
                what: page.item.name
                canLess: page.item.canLess
                onLess: page.item.less()
                onMore: page.item.more()
            }
            KioskButton {
                kind: "primary"
                iconName: page.item.canAdd ? "basket" : "info"
                off: !page.item.canAdd
                text: page.item.addText
                textSize: Math.min(Theme.textTitle, 58)
                onClicked: page.kiosk.addItem()
                Layout.fillWidth: true
                Layout.preferredHeight: 124
            }
        }
    }
}
