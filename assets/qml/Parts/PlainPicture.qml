// A product's picture and nothing around it, read in the background; the quiet placeholder where there is none or it is damaged.
import QtQuick
import Toonbank

Image {
    id: picture
    required property string name
    property string damaged
    readonly property string address: Theme.picture(picture.name, Theme.pictureRound)
    readonly property bool isReading: picture.status === Image.Loading

    source: picture.address === picture.damaged ? Theme.picture("", 0) : picture.address
    asynchronous: true
    fillMode: Image.PreserveAspectFit
    onStatusChanged: if (picture.status === Image.Error)
        picture.damaged = picture.address
}
