// One choice among a few. Chosen is bold, bordered and ticked as well as coloured; sold out is said.
import QtQuick
import QtQuick.Templates as T
import Parts
import Toonbank

T.AbstractButton {
    id: chip
    property bool chosen: false
    property string note: ""
    property int textSize: Theme.textBody

    implicitHeight: Math.max(Theme.kioskTarget + 5, words.implicitHeight + 24)
    implicitWidth: Math.max(Theme.kioskTarget + 20, words.implicitWidth + (chip.chosen ? 84 : 56))
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.RadioButton
    Accessible.name: chip.note === "" ? chip.text : chip.text + ", " + chip.note
    Accessible.checkable: true
    Accessible.checked: chip.chosen
    Accessible.onPressAction: chip.click()
    Keys.onReturnPressed: chip.click()
    Keys.onEnterPressed: chip.click()

    background: Rectangle {
        radius: 16
        color: chip.chosen ? Theme.accentSoft : chip.down ? Theme.sunken : Theme.surface
        border.width: chip.chosen ? 4 : Theme.highContrast ? 3 : 2
        border.color: chip.chosen ? Theme.accent : Theme.outline
        FocusRing {
            around: chip
            radiusInside: 16
            border.width: 6
            anchors.margins: -6
        }
    }
    contentItem: Item {
        Row {
            anchors.centerIn: parent
            spacing: 10
            Icon {
                visible: chip.chosen
                name: "check"
                side: 30
                colour: Theme.accentInk
                anchors.verticalCenter: parent.verticalCenter
            }
            Column {
                id: words
                anchors.verticalCenter: parent.verticalCenter
                Text {
                    text: chip.text
                    color: chip.chosen ? Theme.accentInk : Theme.ink
                    font.pixelSize: chip.textSize
                    font.features: ({ "tnum": 0 })
                    font.weight: chip.chosen ? Font.Bold : Font.Normal
                    textFormat: Text.PlainText
                    anchors.horizontalCenter: parent.horizontalCenter
                    Accessible.ignored: true
                }
                Text {
                    visible: chip.note !== ""
                    text: chip.note
                    color: Theme.inkMuted
                    font.pixelSize: Theme.textSmall
                    textFormat: Text.PlainText
                    anchors.horizontalCenter: parent.horizontalCenter
                    Accessible.ignored: true
                }
            }
        }
    }
}
