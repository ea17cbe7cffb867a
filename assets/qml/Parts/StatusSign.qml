// One state as an icon and a word, on the dark strip. Where it warns, the icon changes as well as the colour.
import QtQuick
import QtQuick.Templates as T
import Toonbank

T.AbstractButton {
    id: sign
    required property string iconName
    required property string title
    property bool warns: false
    // The word on the screen, where there is no room for the whole title, which stays its name.
    property string word: sign.title
    property bool wordHidden: false
    property string keyCap: ""

    text: sign.title
    implicitHeight: Theme.target
    implicitWidth: Math.max(Theme.target, row.implicitWidth + 20)
    focusPolicy: Qt.TabFocus
    Accessible.name: sign.title
    Accessible.onPressAction: sign.click()
    Keys.onReturnPressed: sign.click()
    Keys.onEnterPressed: sign.click()

    background: Rectangle {
        radius: Theme.radiusSmall
        color: sign.down ? Theme.stripSoft : "transparent"
        border.width: sign.activeFocus ? Theme.focusLine : 0
        border.color: Theme.stripText
    }
    contentItem: Item {
        implicitWidth: row.implicitWidth
        implicitHeight: row.implicitHeight
        Row {
            id: row
            anchors.centerIn: parent
            spacing: 7
            Icon {
                name: sign.iconName
                side: Theme.large ? 27 : 18
                colour: sign.warns ? Theme.stripWarn : Theme.stripMuted
                anchors.verticalCenter: parent.verticalCenter
            }
            Text {
                visible: !sign.wordHidden
                text: sign.word
                color: sign.warns ? Theme.stripWarn : Theme.stripText
                font.pixelSize: Theme.textSmall + 1
                font.weight: sign.warns ? Font.DemiBold : Font.Normal
                textFormat: Text.PlainText
                anchors.verticalCenter: parent.verticalCenter
                Accessible.ignored: true
            }
            KeyCap {
                key: sign.keyCap
                ink: Theme.stripMuted
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
}
