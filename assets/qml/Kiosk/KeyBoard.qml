// Our own keys of 20 mm and more. Accents are not needed: search finds "creme" in "crème".
pragma ComponentBehavior: Bound
import QtQuick
import Toonbank

Column {
    id: board
    required property KioskModel kiosk
    signal typed(string letters)
    signal rubbed
    signal cleared
    readonly property int keyWidth: Math.floor((board.width - 9 * board.spacing) / 10)
    readonly property int keyHeight: board.kiosk.reach ? Theme.kioskTarget + 1 : 100

    spacing: Theme.gap + 1
    Repeater {
        model: ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm-."]
        Row {
            id: line
            required property string modelData
            spacing: board.spacing
            anchors.horizontalCenter: parent.horizontalCenter
            Repeater {
                model: line.modelData.split("")
                KioskButton {
                    required property string modelData
                    width: board.keyWidth
                    height: board.keyHeight
                    kind: "tile"
                    text: modelData
                    textSize: 44
                    roundness: 14
                    focusPolicy: Qt.TabFocus
                    onClicked: board.typed(modelData)
                }
            }
        }
    }
    Row {
        spacing: board.spacing
        anchors.horizontalCenter: parent.horizontalCenter
        KioskButton {
            width: board.keyWidth * 2 + board.spacing
            height: board.keyHeight
            kind: "tile"
            text: qsTr("Clear")
            textSize: Math.max(30, Math.min(Theme.textSmall, 36))
            roundness: 14
            onClicked: board.cleared()
        }
        KioskButton {
            width: board.keyWidth * 5 + board.spacing * 4
            height: board.keyHeight
            kind: "tile"
            text: qsTr("space")
            textSize: Math.min(Theme.textSmall, 38)
            roundness: 14
            onClicked: board.typed(" ")
        }
        KioskButton {
            width: board.keyWidth * 2 + board.spacing
            height: board.keyHeight
            kind: "tile"
            iconName: "backspace"
            spoken: qsTr("Delete the last letter")
            roundness: 14
            onClicked: board.rubbed()
        }
    }
}
