// T5: an article's page: sizes and colours with stock and price, stock in the other stores, a weight to key in.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property ItemModel item

    title: dialog.item.name
    hint: dialog.item.brand
    sheetWidth: 900
    onDismissed: dialog.till.close()

    RowLayout {
        spacing: 24
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 12
            Layout.preferredWidth: Theme.large ? 340 : 260
            Layout.maximumWidth: Layout.preferredWidth
            Layout.alignment: Qt.AlignTop
            Rectangle {
                color: Theme.raised
                radius: Theme.radius
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.large ? 110 : 180
                Picture {
                    name: dialog.item.picture
                    side: Theme.large ? 96 : 150
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
            Repeater {
                model: dialog.item.places
                RowLayout {
                    id: place
                    required property string name
                    required property string amount
                    required property string age
                    required property bool here
                    spacing: 8
                    Layout.fillWidth: true
                    Icon {
                        name: place.here ? "map-pin" : "store"
                        side: 16
                        colour: place.here ? Theme.accentInk : Theme.inkMuted
                        Layout.alignment: Qt.AlignTop
                        Layout.topMargin: 2
                    }
                    ColumnLayout {
                        spacing: 0
                        Layout.fillWidth: true
                        Label {
                            text: place.here ? qsTr("Here") : place.name
                            strong: place.here
                            Layout.fillWidth: true
                        }
                        Label {
                            text: place.age
                            muted: true
                            font.pixelSize: Theme.textSmall
                        }
                    }
                    Label {
                        text: place.amount
                        strong: true
                    }
                }
            }
        }
        GridView {
            id: grid
            visible: dialog.item.hasVariants
            model: dialog.item.cells
            clip: true
            currentIndex: -1
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            readonly property int columns: Math.max(2, Math.min(4, dialog.item.columns))
            cellWidth: Math.floor(width / (Theme.large ? Math.max(1, Math.min(columns, Math.floor(width / (125 * Theme.textScale)))) : columns))
            cellHeight: Theme.large ? 30 + Math.ceil(58 * Theme.textScale) : 84
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Sizes and colours")
            Layout.fillWidth: true
            Layout.preferredHeight: 380
            Layout.fillHeight: Theme.large
            Rectangle {
                anchors.fill: parent
                visible: grid.activeFocus
                color: "transparent"
                radius: Theme.radiusSmall
                border.width: Theme.focusLine
                border.color: Theme.focus
                z: 3
            }
            delegate: T.AbstractButton {
                id: cell
                required property string key
                required property string title
                required property string detail
                required property string price
                required property string stock
                required property bool soldOut
                required property bool chosen
                required property string spoken
                width: grid.cellWidth
                height: grid.cellHeight
                focusPolicy: Qt.NoFocus
                Accessible.role: Accessible.RadioButton
                Accessible.name: cell.spoken
                Accessible.checkable: true
                Accessible.checked: cell.chosen
                Accessible.onPressAction: cell.click()
                onClicked: dialog.item.choose(cell.key)
                background: Item {
                    Rectangle {
                        anchors.fill: parent
                        anchors.rightMargin: Theme.gap
                        anchors.bottomMargin: Theme.gap
                        radius: Theme.radiusSmall
                        color: cell.chosen ? Theme.accentSoft : cell.down ? Theme.sunken : Theme.raised
                        border.width: cell.chosen ? 2 : 1
                        border.color: cell.chosen ? Theme.accent : Theme.hairline
                    }
                }
                contentItem: Item {
                    ColumnLayout {
                        anchors.fill: parent
                        anchors.margins: 10
                        anchors.rightMargin: 10 + Theme.gap
                        anchors.bottomMargin: 10 + Theme.gap
                        spacing: 0
                        RowLayout {
                            spacing: 6
                            Layout.fillWidth: true
                            Label {
                                text: cell.title
                                strong: true
                                font.pixelSize: Theme.textStrong
                                Layout.fillWidth: true
                                Accessible.ignored: true
                            }
                            Label {
                                text: cell.price
                                font.pixelSize: Theme.textSmall + 1
                                Accessible.ignored: true
                            }
                        }
                        Label {
                            visible: cell.detail !== ""
                            text: cell.detail
                            font.pixelSize: Theme.textSmall + 1
                            Layout.fillWidth: true
                            Accessible.ignored: true
                        }
                        Label {
                            text: cell.stock
                            color: cell.soldOut ? Theme.warn : Theme.inkMuted
                            font.pixelSize: Theme.textSmall
                            Layout.fillWidth: true
                            Accessible.ignored: true
                        }
                    }
                }
            }
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
        Item {
            visible: !dialog.item.isWeighed && !dialog.item.hasVariants
            Layout.fillWidth: true
        }
    }
    RowLayout {
        spacing: 12
        Layout.fillWidth: true
        Item {
            visible: !Theme.large
            Layout.fillWidth: true
        }
        PushButton {
            text: qsTr("Close")
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.preferredWidth: Theme.large ? -1 : 170
            Layout.fillWidth: Theme.large
            Layout.preferredHeight: 60
        }
        PushButton {
            text: qsTr("Add to the basket")
            kind: "primary"
            keyCap: "Enter"
            enabled: dialog.item.canAdd
            onClicked: dialog.item.add()
            Layout.preferredWidth: Theme.large ? -1 : 280
            Layout.fillWidth: Theme.large
            Layout.preferredHeight: 60
        }
    }
}
