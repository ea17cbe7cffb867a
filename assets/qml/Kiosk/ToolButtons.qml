// Language, display and help: on every screen, in one place, as icon and word.
import QtQuick
import QtQuick.Layouts
import Toonbank

RowLayout {
    id: tools
    required property KioskModel kiosk
    readonly property int wordSize: Math.min(Theme.textBody, 38)

    property bool spread: false
    spacing: Theme.gap + 3
    uniformCellSizes: tools.spread
    KioskButton {
        upright: true
        kind: "quiet"
        iconName: "globe"
        iconSide: 48
        text: tools.kiosk.nextLanguageName
        textSize: tools.wordSize
        onClicked: tools.kiosk.nextLanguage()
        Layout.preferredWidth: Math.max(Theme.kioskTarget, Math.min(implicitWidth, 250))
        Layout.fillWidth: tools.spread
        Layout.maximumWidth: tools.spread ? 400 : 250
        Layout.fillHeight: true
    }
    KioskButton {
        upright: true
        kind: "quiet"
        iconName: "accessibility"
        iconSide: 48
        text: qsTr("Display")
        textSize: tools.wordSize
        spoken: qsTr("Display: text size, contrast and reach")
        onClicked: tools.kiosk.openPanel("access")
        Layout.preferredWidth: Math.max(Theme.kioskTarget, Math.min(implicitWidth, 250))
        Layout.fillWidth: tools.spread
        Layout.maximumWidth: tools.spread ? 400 : 250
        Layout.fillHeight: true
    }
    KioskButton {
        upright: true
        kind: "soft"
        iconName: tools.kiosk.help.iconName
        iconSide: 48
        text: tools.kiosk.help.short
        textSize: tools.wordSize
        onClicked: tools.kiosk.openPanel("help")
        Layout.preferredWidth: Math.max(Theme.kioskTarget + 40, Math.min(implicitWidth, 230))
        Layout.fillWidth: tools.spread
        Layout.maximumWidth: tools.spread ? 400 : 250
        Layout.fillHeight: true
    }
}
