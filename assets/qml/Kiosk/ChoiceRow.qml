// A heading and its choices; nothing where there is nothing to choose.
pragma ComponentBehavior: Bound
import QtQuick
import Toonbank

Column {
    id: choice
    property bool wanted: true
    required property string title
    required property QtObject choices
    signal chosen(string key)

    spacing: 12
    visible: choice.wanted && chips.count > 1
    KioskLabel {
        text: choice.title
        strong: true
        font.pixelSize: Theme.textBody
    }
    Flow {
        width: parent.width
        spacing: Theme.gap + 5
        Repeater {
            id: chips
            model: choice.choices
            OptionChip {
                required property string key
                required property string name
                required property bool soldOut
                required chosen
                required note
                text: name
                onClicked: choice.chosen(key)
            }
        }
    }
}
