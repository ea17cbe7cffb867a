// The orders of the store: lists beside the one that is open; on an upright or narrow screen one after the other.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Item {
    id: screen
    required property OrdersModel orders
    // Who signs turns the screen to them: whom other orders are for is not theirs to read.
    readonly property bool single: screen.width < 960 || Theme.large || screen.orders.pickup.step === "sign"

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 18
        spacing: 12
        GridLayout {
            visible: !screen.single || !screen.orders.pickup.isOpen
            columns: screen.single ? 1 : screen.width < 1200 ? 2 : 3
            columnSpacing: 16
            rowSpacing: 10
            Layout.fillWidth: true
            Label {
                visible: screen.single || screen.width >= 1200
                text: qsTr("Orders")
                strong: true
                font.pixelSize: Theme.displayHeading
                Accessible.role: Accessible.Heading
            }
            Flow {
                spacing: Theme.gap
                Layout.fillWidth: true
                Repeater {
                    model: screen.orders.tabs
                    Chip {
                        required property string key
                        required property string title
                        required chosen
                        text: title
                        onClicked: screen.orders.chooseTab(key)
                    }
                }
            }
            Field {
                label: qsTr("Code, number or name")
                placeholderText: qsTr("Code, number or name")
                iconName: "search"
                onTextEdited: screen.orders.search(text)
                Keys.onEscapePressed: screen.orders.leave()
                Layout.preferredWidth: (screen.width < 1200 ? 200 : 260) * Theme.textScale
                Layout.fillWidth: screen.single
                Layout.minimumWidth: 160
            }
        }
        RowLayout {
            spacing: 14
            Layout.fillWidth: true
            Layout.fillHeight: true
            CarrierList {
                visible: screen.orders.isSending && (!screen.single || !screen.orders.pickup.isOpen)
                carrier: screen.orders.carrier
                Layout.fillWidth: screen.single
                Layout.preferredWidth: screen.single ? -1 : Math.round(screen.width * 0.46)
                Layout.fillHeight: true
            }
            OrderList {
                visible: !screen.orders.isSending && (!screen.single || !screen.orders.pickup.isOpen)
                orders: screen.orders
                Layout.fillWidth: screen.single
                Layout.preferredWidth: screen.single ? -1 : Math.round(screen.width * 0.38)
                Layout.fillHeight: true
            }
            Card {
                visible: !screen.single || screen.orders.pickup.isOpen
                Layout.fillWidth: true
                Layout.fillHeight: true
                EmptyState {
                    visible: !screen.orders.pickup.isOpen
                    width: Math.min(380 * Theme.textScale, parent.width - 40)
                    anchors.centerIn: parent
                    iconName: "qr-code"
                    title: qsTr("Scan a code, or choose an order")
                    hint: screen.orders.isSending ? qsTr("A scan of a parcel's label ticks it: it goes along.") : qsTr("The code on a phone, a receipt, a pick slip or a customer card opens the order.")
                }
                PickupPane {
                    visible: screen.orders.pickup.isOpen
                    anchors.fill: parent
                    anchors.margins: 16
                    pickup: screen.orders.pickup
                    together: screen.orders.together
                }
            }
        }
        PushButton {
            visible: !screen.orders.pickup.isOpen
            text: qsTr("Back to the sale")
            keyCap: "Esc"
            onClicked: screen.orders.leave()
            Layout.preferredHeight: 56
        }
    }
}
