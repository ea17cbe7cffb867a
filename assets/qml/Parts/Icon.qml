// An icon in a colour of the theme. It never carries meaning alone: a word stands beside it or in a name.
import QtQuick
import QtQuick.Layouts
import Toonbank

Image {
    id: icon
    required property string name
    property color colour: Theme.ink
    property int side: 20

    width: icon.side
    height: icon.side
    Layout.preferredWidth: icon.side
    Layout.preferredHeight: icon.side
    sourceSize: Qt.size(icon.side, icon.side)
    source: icon.name === "" ? "" : Theme.icon(icon.name, icon.colour)
    Accessible.ignored: true
}
