// A product's picture where a layout places it.
import QtQuick
import QtQuick.Layouts

PlainPicture {
    id: picture
    property int side: 48

    width: picture.side
    height: picture.side
    Layout.preferredWidth: picture.side
    Layout.preferredHeight: picture.side
    sourceSize: Qt.size(picture.side, picture.side)
    Accessible.ignored: true
}
