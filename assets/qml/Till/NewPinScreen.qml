// The one-time PIN is changed before the first sale.
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Item {
    id: screen
    required property NewPinModel pin

    Card {
        width: Theme.large ? 630 : 420
        height: Math.min(Theme.large ? 700 : 600, parent.height - 32)
        anchors.centerIn: parent
        ColumnLayout {
            anchors.fill: parent
            anchors.margins: 28
            spacing: 14
            Label {
                text: screen.pin.isRepeat ? qsTr("Once more, to be sure") : qsTr("Choose your own PIN")
                strong: true
                font.pixelSize: Theme.textTitle
                Accessible.role: Accessible.Heading
                Layout.fillWidth: true
            }
            Label {
                visible: !Theme.large || screen.pin.errorText === ""
                text: qsTr("4 to 8 digits, not in a row and not all the same")
                muted: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Rectangle {
                radius: Theme.radiusSmall
                color: Theme.raised
                border.width: 1
                border.color: Theme.outline
                Layout.fillWidth: true
                Layout.preferredHeight: 60
                PinDots {
                    anchors.centerIn: parent
                    count: screen.pin.pinLength
                    label: qsTr("PIN")
                }
            }
            Label {
                visible: screen.pin.errorText !== ""
                text: screen.pin.errorText
                color: Theme.bad
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
                Accessible.role: Accessible.AlertMessage
            }
            Item {
                Layout.fillHeight: true
            }
            Keypad {
                onDigit: digit => screen.pin.digit(digit)
                onBackspace: screen.pin.backspace()
                Layout.fillWidth: true
            }
            PushButton {
                text: screen.pin.isRepeat ? qsTr("Take this PIN") : qsTr("Next")
                kind: "primary"
                keyCap: "Enter"
                enabled: screen.pin.canEnter
                onClicked: screen.pin.enter()
                Layout.fillWidth: true
                Layout.preferredHeight: 60
            }
        }
    }
}
