// The code of the ticket, never kept: what the next shopper could see must not be in any cache.
import QtQuick

Image {
    id: code
    required property int side

    width: code.side
    height: code.side
    sourceSize: Qt.size(code.side, code.side)
    cache: false
    smooth: false
    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("The code of your ticket")
}
