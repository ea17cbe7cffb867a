// A button of 20 mm or more whose words wrap. `kind` is primary, secondary, soft, quiet, tile or onAccent's "light".
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Parts
import Toonbank

T.AbstractButton {
    id: button
    property string kind: "secondary"
    property string iconName: ""
    property int iconSide: Theme.textScale > 2 ? 52 : 40
    property int textSize: Theme.textStrong
    property bool upright: false
    property string spoken: button.text
    property int roundness: 18
    property bool off: false
    readonly property bool filled: button.kind === "primary"
    readonly property color inkColour: button.off ? Theme.inkMuted
        : button.filled ? Theme.accentText
        : button.kind === "soft" ? Theme.accentInk
        : Theme.ink
    readonly property color groundColour: button.off ? Theme.raised
        : button.filled ? (button.down ? Theme.accentPressed : Theme.accent)
        : button.kind === "soft" ? (button.down ? Theme.sunken : Theme.accentSoft)
        : button.kind === "quiet" ? (button.down ? Theme.sunken : "transparent")
        : button.kind === "tile" ? (button.down ? Theme.accentSoft : Theme.surface)
        : (button.down ? Theme.hairline : Theme.sunken)

    implicitHeight: Math.max(Theme.kioskTarget + 9, content.implicitHeight + 28)
    implicitWidth: Math.max(Theme.kioskTarget + 9, content.implicitWidth + 44)
    padding: 0
    enabled: !button.off
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.Button
    Accessible.name: button.spoken
    Accessible.onPressAction: button.click()
    Keys.onReturnPressed: event => { if (!event.isAutoRepeat) button.click(); }
    Keys.onEnterPressed: event => { if (!event.isAutoRepeat) button.click(); }

    background: Rectangle {
        radius: button.roundness
        color: button.groundColour
        border.width: Theme.highContrast ? 3 : button.kind === "tile" || button.kind === "secondary" || button.off ? 2 : 0
        border.color: (button.kind === "tile" || button.off) && !Theme.highContrast ? Theme.hairline : Theme.outline
        FocusRing {
            around: button
            radiusInside: button.roundness
            border.width: 6
            anchors.margins: -6
        }
    }
    contentItem: Item {
        implicitWidth: content.implicitWidth
        implicitHeight: content.implicitHeight
        GridLayout {
            id: content
            anchors.centerIn: parent
            width: Math.min(implicitWidth, parent.width - 24)
            columns: button.upright ? 1 : 2
            columnSpacing: 16
            rowSpacing: 6
            Icon {
                name: button.iconName
                visible: button.iconName !== ""
                side: button.iconSide
                colour: button.inkColour
                Layout.alignment: Qt.AlignCenter
            }
            Text {
                visible: button.text !== ""
                text: button.text
                color: button.inkColour
                font.pixelSize: button.textSize
                font.weight: Font.DemiBold
                font.features: ({ "tnum": button.text.includes("€") ? 1 : 0 })
                textFormat: Text.PlainText
                wrapMode: Text.Wrap
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }
    }
}
