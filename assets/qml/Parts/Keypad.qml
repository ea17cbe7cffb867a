// Digits to tap. `extra` is the key left of the zero: "00", ",", "×" or nothing.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank

GridLayout {
    id: pad
    property string extra: ""
    property string extraName: pad.extra
    property int keyHeight: Theme.target + (Theme.large ? 0 : 4)
    signal digit(string digit)
    signal extraPressed
    signal backspace

    columns: 3
    columnSpacing: Theme.gap
    rowSpacing: Theme.gap
    uniformCellWidths: true

    Repeater {
        model: ["7", "8", "9", "4", "5", "6", "1", "2", "3"]
        PushButton {
            required property string modelData
            text: modelData
            textSize: Theme.textTitle
            kind: "key"
            onClicked: pad.digit(modelData)
            Layout.fillWidth: true
            Layout.preferredHeight: pad.keyHeight
        }
    }
    PushButton {
        enabled: pad.extra !== ""
        opacity: pad.extra === "" ? 0 : 1
        text: pad.extra
        textSize: Theme.textTitle
        kind: "key"
        Accessible.name: pad.extraName
        onClicked: pad.extraPressed()
        Layout.fillWidth: true
        Layout.preferredHeight: pad.keyHeight
    }
    PushButton {
        text: "0"
        textSize: Theme.textTitle
        kind: "key"
        onClicked: pad.digit("0")
        Layout.fillWidth: true
        Layout.preferredHeight: pad.keyHeight
    }
    PushButton {
        iconName: "backspace"
        iconSide: 24
        kind: "key"
        Accessible.name: qsTr("Delete the last digit")
        onClicked: pad.backspace()
        Layout.fillWidth: true
        Layout.preferredHeight: pad.keyHeight
    }
}
