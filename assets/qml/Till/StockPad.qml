// How many of the chosen line: keyed in, or one more and one less.
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

GridLayout {
    id: pad
    required property StockWorkModel work
    property bool wide: false

    columns: pad.wide && !Theme.large ? 2 : 1
    columnSpacing: 12
    rowSpacing: 10
    enabled: pad.work.chosenTitle !== ""
    opacity: enabled ? 1 : 0.5

    ColumnLayout {
        spacing: 10
        Layout.fillWidth: true
        Layout.alignment: Qt.AlignTop
        Label {
            text: pad.work.chosenTitle === "" ? qsTr("Choose a line") : pad.work.chosenTitle
            strong: pad.work.chosenTitle !== ""
            muted: pad.work.chosenTitle === ""
            elide: Text.ElideRight
            Layout.fillWidth: true
        }
        Rectangle {
            radius: Theme.radiusSmall
            color: Theme.surface
            border.width: pad.work.isKeyed ? 2 : 1
            border.color: pad.work.isKeyed ? Theme.accent : Theme.outline
            Layout.fillWidth: true
            Layout.preferredHeight: 60
            Accessible.role: Accessible.StaticText
            Accessible.name: qsTr("How many") + ", " + pad.work.entryText
            Label {
                anchors.fill: parent
                anchors.margins: 12
                text: pad.work.entryText
                figures: true
                strong: true
                muted: !pad.work.isKeyed
                font.pixelSize: Theme.textHeading
                horizontalAlignment: Text.AlignRight
                verticalAlignment: Text.AlignVCenter
                Accessible.ignored: true
            }
        }
        RowLayout {
            spacing: Theme.gap
            uniformCellSizes: true
            Layout.fillWidth: true
            PushButton {
                iconName: "minus"
                iconSide: 24
                Accessible.name: qsTr("One less")
                onClicked: pad.work.more(-1)
                Layout.fillWidth: true
            }
            PushButton {
                iconName: "plus"
                iconSide: 24
                Accessible.name: qsTr("One more")
                onClicked: pad.work.more(1)
                Layout.fillWidth: true
            }
            PushButton {
                iconName: "trash"
                iconSide: 22
                kind: "quiet"
                Accessible.name: qsTr("Take the line away")
                onClicked: pad.work.remove()
                Layout.fillWidth: true
            }
        }
    }
    ColumnLayout {
        spacing: Theme.gap
        Layout.fillWidth: true
        Layout.alignment: Qt.AlignTop
        PushButton {
            visible: pad.work.isDelivery
            text: qsTr("One came damaged")
            iconName: "alert-triangle"
            keyCap: "F6"
            onClicked: pad.work.damage(1)
            Layout.fillWidth: true
        }
        Keypad {
            onDigit: digit => pad.work.digit(digit)
            onBackspace: pad.work.backspace()
            Layout.fillWidth: true
        }
        PushButton {
            text: qsTr("So many there are")
            keyCap: "Enter"
            enabled: pad.work.isKeyed
            onClicked: pad.work.enter()
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.target + 6
        }
    }
}
