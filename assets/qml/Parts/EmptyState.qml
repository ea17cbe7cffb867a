// What to do where there is nothing yet.
import QtQuick
import Toonbank

Column {
    id: empty
    required property string iconName
    required property string title
    property string hint: ""

    spacing: 10
    Rectangle {
        width: 72
        height: 72
        radius: 36
        color: Theme.raised
        border.width: 1
        border.color: Theme.hairline
        anchors.horizontalCenter: parent.horizontalCenter
        Icon {
            name: empty.iconName
            side: 32
            colour: Theme.inkMuted
            anchors.centerIn: parent
        }
    }
    Label {
        text: empty.title
        strong: true
        font.pixelSize: Theme.textStrong
        width: parent.width
        wrapMode: Text.WordWrap
        horizontalAlignment: Text.AlignHCenter
    }
    Label {
        text: empty.hint
        visible: empty.hint !== ""
        muted: true
        width: parent.width
        wrapMode: Text.WordWrap
        horizontalAlignment: Text.AlignHCenter
    }
}
