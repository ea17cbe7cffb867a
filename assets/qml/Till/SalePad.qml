// What is keyed in, the keypad, and Pay.
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

ColumnLayout {
    id: pad
    required property TillModel till
    required property SaleModel sale
    property bool payOnly: false

    spacing: 10

    Rectangle {
        visible: !pad.payOnly
        radius: Theme.radiusSmall
        color: Theme.surface
        border.width: 1
        border.color: Theme.outline
        Layout.fillWidth: true
        Layout.preferredHeight: 64
        Accessible.role: Accessible.StaticText
        Accessible.name: pad.sale.entryText === "" ? qsTr("Nothing keyed in") : pad.sale.entryText
        Label {
            visible: pad.sale.entryText === ""
            text: qsTr("Number or quantity")
            muted: true
            anchors.fill: parent
            anchors.margins: 14
            verticalAlignment: Text.AlignVCenter
            Accessible.ignored: true
        }
        Label {
            text: pad.sale.entryText
            figures: true
            strong: true
            font.pixelSize: Theme.textHeading - 2
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 14
            anchors.fill: parent
            anchors.margins: 14
            horizontalAlignment: Text.AlignRight
            verticalAlignment: Text.AlignVCenter
            Accessible.ignored: true
        }
    }
    Keypad {
        visible: !pad.payOnly
        extra: "×"
        extraName: qsTr("Times: the number is the quantity")
        keyHeight: Math.max(Theme.target, Math.min(92, Math.floor((pad.height - 318) / 4) - Theme.gap))
        onDigit: digit => pad.sale.digit(digit)
        onExtraPressed: pad.sale.times()
        onBackspace: pad.sale.backspace()
        Layout.fillWidth: true
    }
    PushButton {
        visible: !pad.payOnly
        text: qsTr("Add")
        keyCap: "Enter"
        iconName: "plus"
        onClicked: pad.sale.enter()
        Layout.fillWidth: true
        Layout.preferredHeight: Theme.target + 6
    }
    Item {
        visible: !pad.payOnly
        Layout.fillHeight: true
    }
    RowLayout {
        visible: !pad.payOnly
        spacing: Theme.gap
        enabled: pad.sale.hasLine
        Layout.fillWidth: true
        PushButton {
            iconName: "minus"
            iconSide: 24
            Accessible.name: qsTr("One less")
            onClicked: pad.sale.more(-1)
            Layout.fillWidth: true
        }
        PushButton {
            iconName: "plus"
            iconSide: 24
            Accessible.name: qsTr("One more")
            onClicked: pad.sale.more(1)
            Layout.fillWidth: true
        }
    }
    PushButton {
        text: pad.sale.isRefund ? qsTr("Pay out") : qsTr("Pay")
        note: pad.sale.totalText
        kind: "primary"
        keyCap: "F9"
        textSize: Theme.textTitle
        enabled: !pad.sale.isEmpty
        onClicked: pad.sale.pay()
        Layout.fillWidth: true
        Layout.fillHeight: pad.payOnly
        Layout.preferredHeight: 88
    }
}
