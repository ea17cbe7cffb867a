// A field to type into, with an icon and a hint. `label` is its name for those who cannot see it.
import QtQuick
import QtQuick.Templates as T
import Toonbank

T.TextField {
    id: field
    required property string label
    property string iconName: ""
    property string keyCap: ""
    property bool faulty: false

    implicitHeight: Theme.target
    implicitWidth: 240
    leftPadding: field.iconName === "" ? 14 : 44
    rightPadding: field.keyCap === "" ? 14 : cap.width + 22
    verticalAlignment: TextInput.AlignVCenter
    font.family: Application.font.family
    font.pixelSize: Theme.textStrong
    color: Theme.ink
    placeholderTextColor: Theme.inkFaint
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentText
    selectByMouse: true
    activeFocusOnTab: true
    Accessible.name: field.label

    background: Rectangle {
        radius: Theme.radiusSmall
        color: Theme.surface
        border.width: field.faulty ? 2 : 1
        border.color: field.faulty ? Theme.bad : Theme.outline
        FocusRing {
            around: field
        }
        Icon {
            name: field.iconName
            colour: Theme.inkMuted
            anchors.left: parent.left
            anchors.leftMargin: 14
            anchors.verticalCenter: parent.verticalCenter
        }
        KeyCap {
            id: cap
            key: field.keyCap
            anchors.right: parent.right
            anchors.rightMargin: 12
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    Text {
        visible: field.text === "" && field.preeditText === ""
        text: field.placeholderText
        color: field.placeholderTextColor
        font: field.font
        elide: Text.ElideRight
        textFormat: Text.PlainText
        x: field.leftPadding
        width: field.width - field.leftPadding - field.rightPadding
        height: field.height
        verticalAlignment: Text.AlignVCenter
        Accessible.ignored: true
    }
}
