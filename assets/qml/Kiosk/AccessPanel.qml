// K2: the screen as somebody needs it. Each choice works at once and is forgotten with the shopper.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank

KioskPanel {
    id: panel
    iconName: "accessibility"
    title: qsTr("Display")
    hint: qsTr("What you choose holds at once, and only for you.")

    KioskLabel {
        text: qsTr("Text")
        strong: true
        Layout.fillWidth: true
    }
    RowLayout {
        spacing: Theme.gap + 5
        Layout.fillWidth: true
        uniformCellSizes: true
        Repeater {
            model: [qsTr("Normal"), qsTr("Large"), qsTr("Very large")]
            OptionChip {
                required property int index
                required property string modelData
                text: modelData
                textSize: [34, 40, 46][index]
                chosen: panel.kiosk.textStep === index
                onClicked: panel.kiosk.setTextScale(index)
                Layout.fillWidth: true
                Layout.preferredHeight: 116
            }
        }
    }
    KioskLabel {
        text: qsTr("Contrast")
        strong: true
        Layout.fillWidth: true
    }
    RowLayout {
        spacing: Theme.gap + 5
        Layout.fillWidth: true
        uniformCellSizes: true
        OptionChip {
            text: qsTr("Normal")
            textSize: Math.min(Theme.textBody, 44)
            chosen: !panel.kiosk.isContrasted
            onClicked: panel.kiosk.setHighContrast(false)
            Layout.fillWidth: true
            Layout.preferredHeight: 116
        }
        OptionChip {
            text: qsTr("High contrast")
            textSize: Math.min(Theme.textBody, 44)
            chosen: panel.kiosk.isContrasted
            onClicked: panel.kiosk.setHighContrast(true)
            Layout.fillWidth: true
            Layout.preferredHeight: 116
        }
    }
    KioskLabel {
        text: qsTr("Reach")
        strong: true
        Layout.fillWidth: true
    }
    RowLayout {
        spacing: Theme.gap + 5
        Layout.fillWidth: true
        uniformCellSizes: true
        OptionChip {
            text: qsTr("Whole screen")
            textSize: Math.min(Theme.textBody, 44)
            chosen: !panel.kiosk.reach
            onClicked: panel.kiosk.setReach(false)
            Layout.fillWidth: true
            Layout.preferredHeight: 116
        }
        OptionChip {
            text: qsTr("Everything low")
            textSize: Math.min(Theme.textBody, 44)
            chosen: panel.kiosk.reach
            onClicked: panel.kiosk.setReach(true)
            Layout.fillWidth: true
            Layout.preferredHeight: 116
        }
    }
    KioskButton {
        kind: "primary"
        iconName: "check"
        text: qsTr("Done")
        onClicked: panel.kiosk.closePanel()
        Layout.fillWidth: true
        Layout.preferredHeight: 124
    }
}
