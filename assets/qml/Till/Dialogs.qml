// At most one dialog over everything; made with Screens.qml.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Window
import Toonbank

Loader {
    id: dialogs
    required property TillModel till
    // What was open when the keys are shown stays as it is, behind them.
    readonly property bool tellsKeys: dialogs.till.dialog === "keys"
    readonly property string shown: dialogs.tellsKeys ? dialogs.till.more.keymap.under : dialogs.till.dialog

    sourceComponent: dialogs.shown === "notice" ? notice
        : dialogs.shown === "item" ? item
        : dialogs.shown === "quantity" ? quantity
        : dialogs.shown === "discount" ? discount
        : dialogs.shown === "age" ? age
        : dialogs.shown === "void" ? voidSale
        : dialogs.shown === "give_back" ? giveBack
        : dialogs.shown === "ticket" ? ticket
        : dialogs.shown === "status" ? status
        : dialogs.shown === "readiness" ? readiness
        : dialogs.shown === "exceptions" ? exceptions
        : dialogs.shown === "write_off" ? writeOff
        : dialogs.shown === "card_word" ? cardWord
        : dialogs.shown === "menu" ? menu
        : dialogs.shown === "approve" ? approve
        : dialogs.shown === "return_find" ? returnFind
        : dialogs.shown === "return_lines" ? returnLines
        : dialogs.shown === "customer" ? customer
        : dialogs.shown === "line" ? lineMore
        : dialogs.shown === "lost_sale" ? lostSale
        : dialogs.shown === "price_check" ? priceCheck
        : dialogs.shown === "order" ? order
        : dialogs.shown === "new_customer" ? newCustomer
        : dialogs.shown === "web_back" ? webBack
        : dialogs.shown === "hand" ? hand
        : dialogs.shown === "empties" ? empties
        : dialogs.shown === "serial" ? serial
        : dialogs.shown === "stop" ? stop
        : dialogs.shown === "balance" ? balance
        : dialogs.shown === "refund" ? refund
        : dialogs.shown === "void_receipt" ? voidReceipt
        : dialogs.shown === "suspend" ? suspend
        : dialogs.shown === "cash" ? cash
        : dialogs.shown === "no_sale" ? noSale
        : dialogs.shown === "change_order" ? changeOrder
        : dialogs.shown === "reports" ? reports
        : dialogs.shown === "correct" ? correct
        : dialogs.shown === "retrieve" ? retrieve : null

    property Item held: null
    readonly property Item holder: dialogs.Window.activeFocusItem
    onHolderChanged: if (!dialogs.tellsKeys) dialogs.held = dialogs.holder
    onTellsKeysChanged: {
        const back = dialogs.held;
        if (!dialogs.tellsKeys)
            Qt.callLater(() => { if (back) back.forceActiveFocus(); });
    }
    Binding {
        target: dialogs.item
        property: "enabled"
        value: !dialogs.tellsKeys
        when: dialogs.item !== null
    }
    Loader {
        z: 1
        anchors.fill: parent
        sourceComponent: dialogs.tellsKeys ? keymap : null
    }
    Component { id: keymap; KeysDialog { keymap: dialogs.till.more.keymap } }
    Component { id: notice; NoticeDialog { notice: dialogs.till.notice } }
    Component { id: item; ItemDialog { till: dialogs.till; item: dialogs.till.item; lost: dialogs.till.more.lost } }
    Component { id: quantity; QuantityDialog { till: dialogs.till; sale: dialogs.till.sale } }
    Component { id: discount; DiscountDialog { till: dialogs.till; discount: dialogs.till.discount } }
    Component { id: ticket; TicketDialog { till: dialogs.till; notice: dialogs.till.notice } }
    Component { id: status; StatusDialog { till: dialogs.till; status: dialogs.till.status } }
    Component { id: readiness; ReadinessDialog { till: dialogs.till; readiness: dialogs.till.readiness } }
    Component { id: exceptions; ExceptionsDialog { till: dialogs.till; exceptions: dialogs.till.exceptions } }
    Component { id: approve; ApproveDialog { approval: dialogs.till.more.approval } }
    Component { id: returnFind; ReturnFindDialog { till: dialogs.till; returns: dialogs.till.more.returns } }
    Component { id: returnLines; ReturnLinesDialog { till: dialogs.till; returns: dialogs.till.more.returns } }
    Component { id: voidReceipt; VoidReceiptDialog { returns: dialogs.till.more.returns } }
    Component { id: customer; CustomerDialog { till: dialogs.till; customer: dialogs.till.more.customer } }
    Component { id: lineMore; LineDialog { till: dialogs.till; line: dialogs.till.more.line } }
    Component { id: newCustomer; NewCustomerDialog { till: dialogs.till; person: dialogs.till.more.newCustomer } }
    Component { id: webBack; WebBackDialog { till: dialogs.till; back: dialogs.till.more.webBack } }
    Component { id: hand; HandDialog { hand: dialogs.till.more.hand } }
    Component { id: order; OrderDialog { till: dialogs.till; order: dialogs.till.more.order } }
    Component { id: lostSale; LostSaleDialog { lost: dialogs.till.more.lost } }
    Component { id: serial; SerialDialog { till: dialogs.till; serial: dialogs.till.more.serial } }
    Component { id: stop; StopDialog { stop: dialogs.till.more.stop } }
    Component { id: balance; BalanceDialog { till: dialogs.till; balance: dialogs.till.more.balance } }
    Component { id: empties; EmptiesDialog { till: dialogs.till; empties: dialogs.till.more.empties } }
    Component { id: priceCheck; PriceCheckDialog { till: dialogs.till; line: dialogs.till.more.line } }
    Component { id: refund; RefundDialog { till: dialogs.till; refund: dialogs.till.more.refund } }
    Component { id: suspend; SuspendDialog { till: dialogs.till; suspended: dialogs.till.more.suspended } }
    Component { id: retrieve; RetrieveDialog { till: dialogs.till; suspended: dialogs.till.more.suspended } }
    Component { id: cash; CashDialog { till: dialogs.till; cash: dialogs.till.more.cash } }
    Component { id: noSale; NoSaleDialog { till: dialogs.till; cash: dialogs.till.more.cash } }
    Component { id: changeOrder; ChangeOrderDialog { till: dialogs.till; change: dialogs.till.more.changeOrder } }
    Component { id: correct; CorrectDialog { till: dialogs.till; correct: dialogs.till.more.correct } }
    Component { id: reports; ReportsDialog { till: dialogs.till; reports: dialogs.till.more.reports } }
    Component { id: cardWord; CardWordDialog { till: dialogs.till; word: dialogs.till.payment.word } }
    Component { id: menu; MenuDialog { till: dialogs.till; more: dialogs.till.more } }
    Component { id: writeOff; WriteOffDialog { till: dialogs.till; exceptions: dialogs.till.exceptions } }
    Component {
        id: age
        QuestionDialog {
            title: qsTr("Check the age")
            hint: dialogs.till.sale.ageText
            iconName: "badge"
            kind: "warn"
            yesText: qsTr("Old enough, go on")
            noText: qsTr("Back to the basket")
            onAgreed: dialogs.till.sale.ageChecked()
            onDismissed: dialogs.till.close()
        }
    }
    Component {
        id: voidSale
        QuestionDialog {
            title: qsTr("Void the whole sale?")
            hint: dialogs.till.sale.voidText
            iconName: "trash"
            kind: "bad"
            yesText: qsTr("Void the sale")
            noText: qsTr("Keep it")
            safe: true
            onAgreed: dialogs.till.sale.void("")
            onDismissed: dialogs.till.close()
        }
    }
    Component {
        id: giveBack
        QuestionDialog {
            title: qsTr("A part is already paid")
            hint: dialogs.till.payment.giveBackText
            iconName: "undo"
            kind: "warn"
            yesText: dialogs.till.payment.giveBackYes
            noText: qsTr("Go on paying")
            onAgreed: dialogs.till.payment.giveBack()
            onDismissed: dialogs.till.close()
        }
    }
}
