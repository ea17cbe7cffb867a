// A sheet of white on the ground of the screen.
import QtQuick
import Toonbank

Rectangle {
    radius: Theme.radius
    color: Theme.surface
    border.width: 1
    border.color: Theme.hairline
}
