// A PIN as dots: how many digits, never which.
pragma ComponentBehavior: Bound
import QtQuick
import Toonbank

Row {
    id: dots
    required property int count
    required property string label

    spacing: 14
    Accessible.role: Accessible.StaticText
    Accessible.name: dots.label

    Repeater {
        model: Math.max(4, dots.count)
        Rectangle {
            required property int index
            width: 18
            height: 18
            radius: 9
            color: index < dots.count ? Theme.accent : "transparent"
            border.width: 2
            border.color: index < dots.count ? Theme.accent : Theme.outline
        }
    }
}
