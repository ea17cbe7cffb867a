// A product's picture, read in the background; the quiet placeholder where there is none.
import QtQuick
import QtQuick.Layouts
import Toonbank

Image {
    id: picture
    required property string name
    property int side: 48
    readonly property bool isReading: picture.status === Image.Loading

    width: picture.side
    height: picture.side
    Layout.preferredWidth: picture.side
    Layout.preferredHeight: picture.side
    sourceSize: Qt.size(picture.side, picture.side)
    source: Theme.picture(picture.name, Theme.pictureRound)
    asynchronous: true
    fillMode: Image.PreserveAspectFit
    Accessible.ignored: true
}
