// A button that also shows a state: armed (dashed outline by a mark) or active (filled, with a mark).
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic

AbstractButton {
    id: button

    property bool active: false
    property bool armed: false
    property bool primary: false
    readonly property bool lit: primary || active

    implicitHeight: LabTheme.target
    implicitWidth: Math.max(LabTheme.target, content.implicitWidth + 24)
    opacity: enabled ? 1 : 0.45
    activeFocusOnTab: true
    Accessible.name: text
    Accessible.checked: active

    background: Rectangle {
        radius: LabTheme.radius
        color: button.active ? LabTheme.alarm
               : button.primary ? LabTheme.accent
               : button.down || button.hovered ? LabTheme.pressed : LabTheme.card
        border.width: button.visualFocus || button.armed ? 3 : 1
        border.color: button.visualFocus ? LabTheme.ink
                      : button.armed || button.active ? LabTheme.alarm
                      : button.primary ? LabTheme.accent : LabTheme.edge
    }

    contentItem: Item {
        id: content
        implicitWidth: words.implicitWidth

        LabLabel {
            id: words
            anchors.centerIn: parent
            width: Math.min(implicitWidth, parent.width)
            text: button.active ? "● " + button.text
                  : button.armed ? "◔ " + button.text : button.text
            color: button.lit ? LabTheme.accentInk : button.armed ? LabTheme.alarmInk : LabTheme.ink
            font.pixelSize: LabTheme.small + 1
            font.weight: Font.DemiBold
            Accessible.ignored: true
        }
    }
}
