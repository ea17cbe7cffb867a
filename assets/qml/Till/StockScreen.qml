// Stock that changes without a sale: what can be begun and is under way, and one work at a time.
pragma ComponentBehavior: Bound
import QtQuick
import Toonbank

Item {
    id: screen
    required property StockModel stock

    StockHome {
        visible: screen.stock.page !== "work"
        enabled: visible
        stock: screen.stock
        anchors.fill: parent
    }
    Loader {
        anchors.fill: parent
        sourceComponent: screen.stock.page !== "work" ? null : screen.stock.work.isCheck ? check : work
    }

    Component { id: work; StockWork { work: screen.stock.work } }
    Component { id: check; StockCheck { work: screen.stock.work } }
}
