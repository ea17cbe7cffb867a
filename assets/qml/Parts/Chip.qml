// A choice among a few: a category, a language. What is chosen is bold and underlined as well as coloured.
import QtQuick
import QtQuick.Templates as T
import Toonbank

T.AbstractButton {
    id: chip
    property bool chosen: false
    property int textSize: Theme.textBody

    implicitHeight: Theme.target
    implicitWidth: Math.max(Theme.target, word.implicitWidth + 32)
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.RadioButton
    Accessible.name: chip.text
    Accessible.checkable: true
    Accessible.checked: chip.chosen
    Accessible.onPressAction: chip.click()
    Keys.onReturnPressed: chip.click()
    Keys.onEnterPressed: chip.click()

    background: Rectangle {
        radius: Theme.radiusSmall
        color: chip.chosen ? Theme.accentSoft : chip.down ? Theme.sunken : "transparent"
        FocusRing {
            around: chip
        }
        Rectangle {
            visible: chip.chosen
            color: Theme.accent
            height: 3
            radius: 1
            width: word.implicitWidth
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 6
        }
    }
    contentItem: Text {
        id: word
        text: chip.text
        color: chip.chosen ? Theme.accentInk : Theme.inkMuted
        font.pixelSize: chip.textSize
        font.weight: chip.chosen ? Font.DemiBold : Font.Normal
        textFormat: Text.PlainText
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        elide: Text.ElideRight
        Accessible.ignored: true
    }
}
