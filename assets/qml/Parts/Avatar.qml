// A person as initials in a disc.
import QtQuick
import Toonbank

Rectangle {
    id: avatar
    required property string initials
    property int side: 44
    property bool chosen: false

    implicitWidth: avatar.side
    implicitHeight: avatar.side
    width: avatar.side
    height: avatar.side
    radius: avatar.side / 2
    color: avatar.chosen ? Theme.accent : Theme.accentSoft

    Text {
        anchors.centerIn: parent
        text: avatar.initials
        color: avatar.chosen ? Theme.accentText : Theme.accentInk
        font.pixelSize: Math.round(avatar.side * 0.36)
        font.weight: Font.DemiBold
        Accessible.ignored: true
    }
}
