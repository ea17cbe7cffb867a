// The till's window: the strip on top, one screen, and at most one dialog over it. Keys nobody took go to `keys`.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Window
import Toonbank
import Parts

Window {
    id: window
    required property TillModel till
    required property TillKeys keys

    width: 1366
    height: 768
    minimumWidth: 1024
    minimumHeight: 700
    title: qsTr("Toonbank till")
    color: Theme.page

    Item {
        id: stage
        anchors.fill: parent
        focus: true
        Accessible.role: Accessible.Pane
        Accessible.name: qsTr("Till")
        Keys.onPressed: event => {
            if (window.keys.press(event.key, event.text)) {
                event.accepted = true;
                if (event.text !== "" && !stage.activeFocus)
                    stage.forceActiveFocus();
            }
        }

        ColumnLayout {
            anchors.fill: parent
            spacing: 0
            enabled: window.till.dialog === ""

            StatusStrip {
                till: window.till
                Layout.fillWidth: true
            }
            Banner {
                visible: window.till.help.isCalling
                iconName: "bell-ring"
                kind: "warn"
                title: window.till.help.title
                hint: window.till.help.hint
                Layout.fillWidth: true
                Layout.margins: 8
                Layout.bottomMargin: 0
                PushButton {
                    visible: window.till.help.isCalling
                    text: qsTr("I am going")
                    kind: "primary"
                    iconName: "check"
                    onClicked: window.till.help.answer()
                }
            }
            Item {
                Layout.fillWidth: true
                Layout.fillHeight: true
                SaleScreen {
                    anchors.fill: parent
                    till: window.till
                    visible: window.till.screen === "sale"
                    enabled: visible
                }
                Loader {
                    anchors.fill: parent
                    sourceComponent: window.till.screen === "sign_in" ? signIn
                        : window.till.screen === "new_pin" ? newPin
                        : window.till.screen === "open_shift" ? openShift
                        : window.till.screen === "payment" ? payment
                        : window.till.screen === "done" ? done : null
                }
            }
        }
        MessageBar {
            till: window.till
            anchors.horizontalCenter: parent.horizontalCenter
            y: window.till.screen === "sale" ? parent.height - height - 88 : Theme.target + 14
            maximumWidth: parent.width - 80
        }
        Loader {
            anchors.fill: parent
            sourceComponent: window.till.dialog === "notice" ? notice
                : window.till.dialog === "item" ? item
                : window.till.dialog === "quantity" ? quantity
                : window.till.dialog === "discount" ? discount
                : window.till.dialog === "age" ? age
                : window.till.dialog === "void" ? voidSale
                : window.till.dialog === "give_back" ? giveBack
                : window.till.dialog === "ticket" ? ticket
                : window.till.dialog === "status" ? status : null
        }
    }
    Connections {
        target: window.till
        // The keyboard is never lost: a new screen or dialog starts at its main action.
        function onEntered() {
            stage.forceActiveFocus();
        }
    }

    Component { id: signIn; SignInScreen { till: window.till; signing: window.till.signIn } }
    Component { id: newPin; NewPinScreen { pin: window.till.newPin } }
    Component { id: openShift; OpenShiftScreen { shift: window.till.shift } }
    Component { id: payment; PaymentScreen { payment: window.till.payment } }
    Component { id: done; DoneScreen { till: window.till; done: window.till.done } }
    Component { id: notice; NoticeDialog { notice: window.till.notice } }
    Component { id: item; ItemDialog { till: window.till; item: window.till.item } }
    Component { id: quantity; QuantityDialog { till: window.till; sale: window.till.sale } }
    Component { id: discount; DiscountDialog { till: window.till; discount: window.till.discount } }
    Component { id: ticket; TicketDialog { till: window.till; notice: window.till.notice } }
    Component { id: status; StatusDialog { till: window.till; status: window.till.status } }
    Component {
        id: age
        QuestionDialog {
            title: qsTr("Check the age")
            hint: window.till.sale.ageText
            iconName: "badge"
            kind: "warn"
            yesText: qsTr("Old enough, go on")
            noText: qsTr("Back to the basket")
            onAgreed: window.till.sale.ageChecked()
            onDismissed: window.till.close()
        }
    }
    Component {
        id: voidSale
        QuestionDialog {
            title: qsTr("Void the whole sale?")
            hint: window.till.sale.voidText
            iconName: "trash"
            kind: "bad"
            yesText: qsTr("Void the sale")
            noText: qsTr("Keep it")
            safe: true
            onAgreed: window.till.sale.void("")
            onDismissed: window.till.close()
        }
    }
    Component {
        id: giveBack
        QuestionDialog {
            title: qsTr("A part is already paid")
            hint: window.till.payment.giveBackText
            iconName: "undo"
            kind: "warn"
            yesText: qsTr("Handed back, cancel")
            noText: qsTr("Go on paying")
            onAgreed: window.till.payment.giveBack()
            onDismissed: window.till.close()
        }
    }
}
