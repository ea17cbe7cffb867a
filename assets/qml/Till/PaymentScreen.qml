// T7: what is left, large; cash by one touch or by the keypad, a card by the reference on its slip.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Item {
    id: screen
    required property PaymentModel payment
    // Upright, what is keyed in stands below, where the thumb is.
    readonly property bool isUpright: screen.width < 1000 && screen.height > screen.width
    readonly property int sideWidth: screen.isUpright ? screen.width - 48 : Theme.large ? 400 : 340

    CardPanel {
        visible: screen.payment.card.isShown
        card: screen.payment.card
        width: Math.min(parent.width - 48, 1100)
        height: Math.min(parent.height - (Theme.large ? 24 : 48), 760)
        anchors.centerIn: parent
    }
    GridLayout {
        visible: !screen.payment.card.isShown
        width: Math.min(parent.width - 48, 1420)
        height: Math.min(parent.height - (Theme.large ? 24 : 48), screen.isUpright ? 1400 : 860)
        anchors.centerIn: parent
        columns: screen.isUpright ? 1 : 2
        columnSpacing: 24
        rowSpacing: 16

        ColumnLayout {
            spacing: Theme.large ? 10 : 16
            Layout.fillWidth: true
            Layout.fillHeight: true
            Card {
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.large ? due.implicitHeight + 32 : 178
                ColumnLayout {
                    id: due
                    anchors.fill: parent
                    anchors.margins: Theme.large ? 16 : 24
                    spacing: 0
                    Label {
                        text: screen.payment.hasTenders ? qsTr("Left to pay") : qsTr("To pay")
                        muted: true
                        font.pixelSize: Theme.textStrong
                    }
                    Label {
                        text: screen.payment.leftText
                        figures: true
                        strong: true
                        font.pixelSize: Theme.displayHuge
                        fontSizeMode: Theme.large ? Text.HorizontalFit : Text.FixedSize
                        Layout.fillWidth: true
                        Accessible.role: Accessible.Heading
                    }
                    Label {
                        visible: !Theme.large || screen.payment.roundedText !== ""
                        text: screen.payment.roundedText === "" ? " " : screen.payment.roundedText
                        muted: true
                        font.pixelSize: Theme.textStrong
                    }
                }
            }
            Refusal {
                visible: screen.payment.errorText !== "" && !Theme.large
                text: screen.payment.errorText
                side: 24
                spacing: 10
                textSize: Theme.textStrong
                Layout.fillWidth: true
            }
            RowLayout {
                spacing: Theme.gap
                Layout.fillWidth: true
                Chip {
                    visible: screen.payment.takesCash
                    text: qsTr("Cash")
                    chosen: !screen.payment.isCard && !screen.payment.isOther
                    onClicked: screen.payment.setCard(false)
                }
                Chip {
                    text: qsTr("Card")
                    chosen: screen.payment.isCard
                    onClicked: screen.payment.setCard(true)
                }
                KeyCap {
                    visible: screen.payment.takesCash || ways.count > 0
                    key: "F5"
                }
                Item {
                    Layout.fillWidth: true
                }
            }
            Flow {
                visible: ways.count > 0
                spacing: Theme.gap
                Layout.fillWidth: true
                Repeater {
                    id: ways
                    model: screen.payment.ways
                    Chip {
                        required property string key
                        required property string title
                        required property bool picked
                        chosen: picked
                        text: title
                        onClicked: screen.payment.choose(key)
                    }
                }
            }
            GridLayout {
                visible: !screen.payment.isCard && !screen.payment.isOther
                columns: 2
                columnSpacing: 12
                rowSpacing: 12
                uniformCellWidths: true
                Layout.fillWidth: true
                Repeater {
                    model: screen.payment.quick
                    PushButton {
                        required property int key
                        required property string title
                        required property bool exact
                        text: title
                        note: exact ? qsTr("exact") : ""
                        kind: exact ? "soft" : "secondary"
                        textSize: Theme.textTitle
                        onClicked: screen.payment.takeQuick(key)
                        Layout.fillWidth: true
                        Layout.preferredHeight: 76
                    }
                }
            }
            ColumnLayout {
                visible: screen.payment.isCard || screen.payment.isOther
                spacing: 10
                Layout.fillWidth: true
                Label {
                    visible: screen.payment.isCard && screen.payment.hasTerminal
                    text: qsTr("The customer pays on the card terminal")
                    muted: true
                    font.pixelSize: Theme.textStrong
                    wrapMode: Text.WordWrap
                    Layout.fillWidth: true
                }
                Refusal {
                    visible: screen.payment.isCard && screen.payment.hasTerminal && screen.payment.card.terminalText !== ""
                    text: screen.payment.card.terminalText
                    Layout.fillWidth: true
                }
                Label {
                    visible: screen.payment.isCard && !screen.payment.hasTerminal
                    text: qsTr("Let the customer pay on the card terminal, then copy the reference from the slip")
                    muted: true
                    wrapMode: Text.WordWrap
                    Layout.fillWidth: true
                }
                Field {
                    id: reference
                    visible: screen.payment.asksNumber
                    label: screen.payment.isOther ? qsTr("Number on the voucher") : qsTr("Reference on the card slip")
                    placeholderText: label
                    iconName: screen.payment.isOther ? "receipt" : "card"
                    maximumLength: 40
                    text: screen.payment.reference
                    onTextEdited: screen.payment.setReference(text)
                    Keys.onReturnPressed: screen.payment.takeCard()
                    Keys.onEnterPressed: screen.payment.takeCard()
                    // A field that cannot be seen must not keep the keyboard, nor get it back after a dialog.
                    enabled: screen.payment.asksNumber
                    Component.onCompleted: if (visible) Qt.callLater(reference.forceActiveFocus)
                    onVisibleChanged: {
                        if (visible)
                            forceActiveFocus();
                        else
                            focus = false;
                    }
                    Keys.onEscapePressed: screen.payment.takesCash ? screen.payment.setCard(false) : screen.payment.cancel()
                    Layout.fillWidth: true
                }
                Label {
                    visible: screen.payment.balanceText !== ""
                    text: screen.payment.balanceText
                    strong: true
                    font.pixelSize: Theme.textStrong
                    wrapMode: Text.WordWrap
                    Layout.fillWidth: true
                }
                PushButton {
                    text: screen.payment.isOther ? qsTr("Take it") : screen.payment.hasTerminal ? qsTr("Start the card payment") : qsTr("The card payment is approved")
                    kind: screen.isUpright ? "secondary" : "primary"
                    iconName: screen.payment.isCard && screen.payment.hasTerminal ? "card" : "check"
                    onClicked: screen.payment.takeCard()
                    Layout.fillWidth: true
                    Layout.preferredHeight: 64
                }
            }
            // What was paid so far stands above the way back; where large text leaves no room for all of it, it scrolls.
            Flickable {
                id: paid
                clip: true
                contentHeight: taken.height
                interactive: contentHeight > height
                boundsBehavior: Flickable.StopAtBounds
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.minimumHeight: Theme.large && screen.payment.hasTenders ? Theme.textStrong * 1.3 : 0
                ColumnLayout {
                    id: taken
                    y: Math.max(0, paid.height - height)
                    width: paid.width
                    spacing: 16
                    Repeater {
                        model: screen.payment.tenders
                        RowLayout {
                            id: tender
                            required property string title
                            required property string amount
                            required property string icon
                            spacing: 10
                            Layout.fillWidth: true
                            Icon {
                                name: tender.icon
                                colour: Theme.good
                            }
                            Label {
                                text: tender.title
                                font.pixelSize: Theme.textStrong
                                wrapMode: Text.Wrap
                                Layout.fillWidth: true
                            }
                            Label {
                                text: tender.amount
                                figures: true
                                strong: true
                                font.pixelSize: Theme.textStrong
                            }
                        }
                    }
                }
            }
            PushButton {
                text: qsTr("Back to the basket")
                kind: "quiet"
                iconName: "arrow-left"
                keyCap: "Esc"
                onClicked: screen.payment.cancel()
            }
        }
        ColumnLayout {
            spacing: 12
            Layout.preferredWidth: screen.sideWidth
            Layout.minimumWidth: Theme.large ? screen.sideWidth : -1
            Layout.maximumWidth: screen.sideWidth
            Layout.fillHeight: !screen.isUpright
            Card {
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.large ? given.implicitHeight + 32 : 108
                ColumnLayout {
                    id: given
                    anchors.fill: parent
                    anchors.margins: 16
                    spacing: 0
                    Label {
                        text: screen.payment.isOther ? screen.payment.otherText : screen.payment.isCard ? qsTr("By card") : qsTr("Cash received")
                        muted: true
                    }
                    Label {
                        text: screen.payment.entryText
                        figures: true
                        strong: screen.payment.entryGiven
                        muted: !screen.payment.entryGiven
                        font.pixelSize: Theme.displayTotal
                        fontSizeMode: Theme.large ? Text.HorizontalFit : Text.FixedSize
                        horizontalAlignment: Text.AlignRight
                        Layout.fillWidth: true
                    }
                }
            }
            Refusal {
                visible: screen.payment.errorText !== "" && Theme.large
                text: screen.payment.errorText
                Layout.fillWidth: true
            }
            Item {
                Layout.fillHeight: true
            }
            Keypad {
                extra: "00"
                keyHeight: Theme.target + (Theme.large ? 4 : 14)
                onDigit: digit => screen.payment.digit(digit)
                onExtraPressed: screen.payment.digit("00")
                onBackspace: screen.payment.backspace()
                Layout.fillWidth: true
            }
            PushButton {
                text: screen.payment.isOther ? qsTr("Take it") : screen.payment.isCard ? screen.payment.hasTerminal ? qsTr("Start the card payment") : qsTr("Take the card payment") : qsTr("Take the cash")
                note: screen.payment.entryText
                kind: (screen.payment.isCard || screen.payment.isOther) && !screen.isUpright ? "secondary" : "primary"
                keyCap: "Enter"
                onClicked: screen.payment.enter()
                Layout.fillWidth: true
                Layout.preferredHeight: 80
            }
        }
    }
}
