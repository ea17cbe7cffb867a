// What to do where there is nothing.
import QtQuick
import Parts
import Toonbank

Column {
    id: empty
    required property string iconName
    required property string title
    property string hint: ""

    spacing: 18
    Rectangle {
        width: 168
        height: 168
        radius: 84
        color: Theme.accentSoft
        border.width: Theme.highContrast ? 3 : 0
        border.color: Theme.outline
        anchors.horizontalCenter: parent.horizontalCenter
        Icon {
            name: empty.iconName
            side: 80
            colour: Theme.accentInk
            anchors.centerIn: parent
        }
    }
    KioskLabel {
        text: empty.title
        strong: true
        font.pixelSize: Math.min(Theme.textTitle + 4, 70)
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        Accessible.role: Accessible.Heading
    }
    KioskLabel {
        visible: empty.hint !== ""
        text: empty.hint
        muted: true
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
    }
}
