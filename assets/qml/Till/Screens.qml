// Every screen but the first: made when the first of them is wanted, so that the till's first frame does not wait for them.
pragma ComponentBehavior: Bound
import QtQuick
import Toonbank

Item {
    id: screens
    required property TillModel till

    // The largest screen is kept: back from payment it is there at once.
    SaleScreen {
        anchors.fill: parent
        till: screens.till
        visible: screens.till.screen === "sale"
        enabled: visible
    }
    Loader {
        anchors.fill: parent
        sourceComponent: screens.till.screen === "new_pin" ? newPin
            : screens.till.screen === "open_shift" ? openShift
            : screens.till.screen === "payment" ? payment
            : screens.till.screen === "close" ? closeShift
            : screens.till.screen === "journal" ? journal
            : screens.till.screen === "stock" ? stock
            : screens.till.screen === "orders" ? orders
            : screens.till.screen === "done" ? done : null
    }

    Component { id: newPin; NewPinScreen { pin: screens.till.newPin } }
    Component { id: openShift; OpenShiftScreen { shift: screens.till.shift } }
    Component { id: payment; PaymentScreen { payment: screens.till.payment } }
    Component { id: journal; JournalScreen { journal: screens.till.more.journal } }
    Component { id: stock; StockScreen { stock: screens.till.more.stock } }
    Component { id: orders; OrdersScreen { orders: screens.till.more.orders } }
    Component { id: closeShift; CloseShiftScreen { closing: screens.till.more.closing } }
    Component { id: done; DoneScreen { till: screens.till; done: screens.till.done } }
}
