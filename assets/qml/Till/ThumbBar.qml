// What a terminal in a hand does, large and below, where the thumb is: first the chosen line, then the basket.
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

ColumnLayout {
    id: bar
    required property TillModel till
    required property SaleModel sale
    readonly property int tall: Theme.target + (Theme.large ? 4 : 24)

    spacing: Theme.gap

    GridLayout {
        visible: !bar.sale.isEmpty
        enabled: bar.sale.hasLine
        columns: Theme.large && bar.width / Theme.textScale < 560 ? 3 : 5
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap
        uniformCellWidths: true
        Layout.fillWidth: true
        PushButton {
            iconName: "minus"
            iconSide: 24
            Accessible.name: qsTr("One less")
            onClicked: bar.sale.more(-1)
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.target + 8
        }
        PushButton {
            iconName: "plus"
            iconSide: 24
            Accessible.name: qsTr("One more")
            onClicked: bar.sale.more(1)
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.target + 8
        }
        PushButton {
            text: qsTr("Remove")
            textSize: Theme.textBody
            onClicked: bar.sale.remove()
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.target + 8
        }
        PushButton {
            text: qsTr("Sizes")
            textSize: Theme.textBody
            Accessible.name: qsTr("Sizes and stock")
            onClicked: bar.till.more.line.showCard()
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.target + 8
        }
        PushButton {
            text: qsTr("Deliver")
            textSize: Theme.textBody
            Accessible.name: qsTr("Deliver or collect")
            onClicked: bar.till.more.order.begin()
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.target + 8
        }
    }
    GridLayout {
        id: basket
        // Four in a row, of which the one that is touched most is as wide as the others together; in large text two.
        readonly property int share: Theme.large ? 1 : 6
        columns: Theme.large ? 2 : 4
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap
        uniformCellWidths: Theme.large
        Layout.fillWidth: true
        PushButton {
            text: qsTr("More")
            iconName: "more"
            upright: true
            textSize: Theme.textBody
            onClicked: bar.till.showMenu()
            Layout.fillWidth: true
            Layout.preferredWidth: bar.width / basket.share
            Layout.preferredHeight: bar.tall
        }
        PushButton {
            visible: bar.till.camera.isFitted
            text: bar.till.camera.isOpen ? qsTr("Off") : qsTr("Scan")
            iconName: bar.till.camera.isOpen ? "camera-off" : "camera"
            upright: true
            kind: "soft"
            textSize: Theme.textBody
            Accessible.name: bar.till.camera.isOpen ? qsTr("Camera off") : qsTr("Scan with the camera")
            onClicked: bar.till.camera.turn()
            Layout.fillWidth: true
            Layout.preferredWidth: bar.width / basket.share
            Layout.preferredHeight: bar.tall
        }
        PushButton {
            visible: bar.till.more.hand.isOffered
            text: qsTr("To a till")
            iconName: "qr-code"
            upright: true
            textSize: Theme.textBody
            enabled: !bar.sale.isEmpty
            Accessible.name: qsTr("Hand to a till")
            onClicked: bar.till.more.hand.begin()
            Layout.fillWidth: true
            Layout.preferredWidth: bar.width / basket.share
            Layout.preferredHeight: bar.tall
        }
        PushButton {
            text: bar.sale.isRefund ? qsTr("Pay out") : qsTr("Pay")
            note: bar.sale.totalText
            kind: "primary"
            textSize: Theme.textTitle
            enabled: !bar.sale.isEmpty
            onClicked: bar.sale.pay()
            Layout.fillWidth: true
            Layout.preferredWidth: Theme.large ? bar.width : bar.width / 2
            Layout.preferredHeight: bar.tall
        }
    }
}
