// T5: the product card: sizes by colours with the stock here, where else it is, a weight to key in.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property ItemModel item
    required property LostSaleModel lost
    // Nothing to choose and nothing to weigh: then where it is has the room.
    readonly property bool alone: !dialog.item.hasVariants && !dialog.item.isWeighed
    // On a screen that stands upright the parts stand below each other.
    readonly property bool upright: dialog.width < 900 && dialog.height > dialog.width
    readonly property bool folded: dialog.upright || Theme.large

    title: dialog.item.name
    hint: dialog.item.variantText === "" ? dialog.item.brand : dialog.item.brand + "  ·  " + dialog.item.variantText
    sheetWidth: 980
    onDismissed: dialog.till.close()

    GridLayout {
        columns: dialog.upright ? 1 : 2
        columnSpacing: 24
        rowSpacing: 18
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 12
            Layout.preferredWidth: dialog.upright ? -1 : Theme.large ? 340 : 280
            Layout.maximumWidth: dialog.upright ? dialog.width : Layout.preferredWidth
            Layout.fillWidth: dialog.upright
            Layout.alignment: Qt.AlignTop
            Rectangle {
                color: Theme.raised
                radius: Theme.radius
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.large ? 110 : 140
                Picture {
                    name: dialog.item.picture
                    side: Theme.large ? 96 : 120
                    anchors.centerIn: parent
                }
            }
            Label {
                text: dialog.item.priceText
                strong: true
                font.pixelSize: Theme.displayHeading
                Layout.fillWidth: true
            }
            Label {
                visible: dialog.item.wasText !== ""
                text: dialog.item.wasText
                wrapMode: Text.Wrap
                color: Theme.accentInk
                Layout.fillWidth: true
            }
            PlaceList {
                visible: !dialog.alone && !dialog.upright
                item: dialog.item
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.topMargin: 4
            }
        }
        ColumnLayout {
            visible: dialog.item.hasVariants
            spacing: 12
            Layout.fillWidth: true
            Layout.fillHeight: true
            VariantGrid {
                item: dialog.item
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredHeight: Math.min(implicitHeight, 430)
                Layout.maximumHeight: implicitHeight
                Layout.minimumHeight: Theme.large ? Math.min(implicitHeight, 300) : 200
            }
            RowLayout {
                visible: dialog.item.marksOthers
                spacing: 6
                Icon {
                    name: "store"
                    side: Theme.large ? 24 : 16
                    colour: Theme.accentInk
                }
                Label {
                    text: qsTr("not here, but in another place")
                    muted: true
                    font.pixelSize: Theme.textSmall
                    Layout.fillWidth: true
                }
            }
            Item {
                Layout.fillHeight: true
            }
        }
        PlaceList {
            visible: dialog.alone || dialog.upright
            item: dialog.item
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
        }
        ColumnLayout {
            visible: dialog.item.isWeighed
            spacing: 10
            Layout.fillWidth: true
            Label {
                text: qsTr("Key in the weight in grams")
                muted: true
                font.pixelSize: Theme.textStrong
            }
            Rectangle {
                radius: Theme.radiusSmall
                color: Theme.raised
                border.width: 1
                border.color: Theme.outline
                Layout.fillWidth: true
                Layout.preferredHeight: 64
                RowLayout {
                    anchors.fill: parent
                    anchors.margins: Theme.large ? 6 : 16
                    Label {
                        text: dialog.item.weightPriceText
                        figures: true
                        muted: true
                        font.pixelSize: Theme.textTitle
                        Layout.fillWidth: true
                    }
                    Label {
                        text: dialog.item.weightText
                        figures: true
                        strong: true
                        font.pixelSize: Theme.displayHeading - 2
                    }
                }
            }
            Keypad {
                extra: "00"
                onDigit: digit => dialog.item.digit(digit)
                onExtraPressed: dialog.item.digit("00")
                onBackspace: dialog.item.backspace()
                Layout.fillWidth: true
            }
        }
    }
    GridLayout {
        // Two beside each other where a row has no room for four.
        columns: dialog.folded ? 2 : 5
        columnSpacing: 12
        rowSpacing: 12
        Layout.fillWidth: true
        PushButton {
            text: qsTr("Lost sale")
            keyCap: "F4"
            kind: "quiet"
            onClicked: dialog.lost.begin()
            Layout.fillWidth: dialog.folded
            Layout.preferredHeight: 60
        }
        PushButton {
            visible: dialog.item.canOrder
            text: qsTr("Order")
            iconName: "truck"
            keyCap: "F5"
            onClicked: dialog.item.order()
            Layout.fillWidth: dialog.folded
            Layout.preferredHeight: 60
        }
        PushButton {
            visible: dialog.item.canLabel
            text: qsTr("Shelf label")
            iconName: "tag"
            keyCap: "F6"
            kind: "quiet"
            onClicked: dialog.item.printLabel()
            Layout.fillWidth: dialog.folded
            Layout.preferredHeight: 60
        }
        Item {
            visible: !dialog.folded
            Layout.fillWidth: true
        }
        PushButton {
            text: qsTr("Close")
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.preferredWidth: dialog.folded ? -1 : 170
            Layout.fillWidth: dialog.folded
            Layout.preferredHeight: 60
        }
        PushButton {
            text: qsTr("Add to the basket")
            kind: "primary"
            keyCap: "Enter"
            enabled: dialog.item.canAdd
            onClicked: dialog.item.add()
            // Alone in its row it takes all of it.
            Layout.columnSpan: dialog.folded && dialog.item.canOrder === dialog.item.canLabel ? 2 : 1
            Layout.preferredWidth: dialog.folded ? -1 : 280
            Layout.fillWidth: dialog.folded
            Layout.preferredHeight: 60
        }
    }
}
