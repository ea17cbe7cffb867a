// How large text is and how strong its contrast, at this till from now on. The letters show the sizes themselves.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

RowLayout {
    id: choice
    required property LookModel look

    spacing: Theme.gap
    Icon {
        name: "text-size"
        colour: Theme.inkMuted
        side: Theme.large ? 30 : 20
    }
    Repeater {
        model: choice.look.sizes
        Chip {
            required property int key
            required property string title
            required property string letter
            required chosen
            text: letter
            textSize: [15, 22, 30][key]
            Accessible.name: title
            onClicked: choice.look.setTextStep(key)
        }
    }
    KeyCap {
        key: "F11"
    }
    Chip {
        text: qsTr("High contrast")
        chosen: choice.look.isContrasted
        Accessible.role: Accessible.CheckBox
        onClicked: choice.look.setHighContrast(!choice.look.isContrasted)
        Layout.leftMargin: Theme.gap
    }
}
