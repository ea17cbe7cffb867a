// A button: `kind` is primary (one per screen), secondary, quiet, soft or danger. Enter and Space press it.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank

T.AbstractButton {
    id: button
    property string kind: "secondary"
    property string iconName: ""
    property int iconSide: 20
    property string keyCap: ""
    property string note: ""
    property int textSize: Theme.textStrong
    property bool upright: false
    // Large text comes first: where it has no room beside its icon and key cap, these go; then it takes a second line.
    readonly property int iconSize: Theme.large ? Math.round(button.iconSide * 1.5) : button.iconSide
    readonly property real capRoom: button.keyCap === "" || !Theme.keyCaps ? 0 : cap.implicitWidth + 8
    readonly property real iconRoom: button.iconName === "" ? 0 : button.text === "" ? button.iconSize : button.iconSize + 8
    readonly property real spare: button.width - 12 - words.implicitWidth
    readonly property color inkColour: !button.enabled ? Theme.inkFaint
        : button.kind === "primary" ? Theme.accentText
        : button.kind === "danger" ? Theme.bad
        : button.kind === "soft" ? Theme.accentInk
        : Theme.ink
    readonly property color groundColour: !button.enabled ? Theme.raised
        : button.kind === "primary" ? (button.down ? Theme.accentPressed : Theme.accent)
        : button.kind === "danger" ? (button.down ? Theme.sunken : Theme.badSoft)
        : button.kind === "soft" ? (button.down ? Theme.sunken : Theme.accentSoft)
        : button.kind === "quiet" ? (button.down ? Theme.sunken : "transparent")
        : (button.down ? Theme.hairline : Theme.sunken)

    implicitHeight: Math.max(Theme.target, content.implicitHeight + 12)
    implicitWidth: Math.max(Theme.target, (Theme.large ? words.implicitWidth + button.iconRoom + button.capRoom : content.implicitWidth) + 28)
    padding: 0
    Layout.minimumHeight: Theme.large ? button.implicitHeight : -1
    focusPolicy: Qt.TabFocus
    Accessible.name: button.note === "" ? button.text : button.text + ", " + button.note
    Accessible.onPressAction: button.click()
    Keys.onReturnPressed: event => { if (!event.isAutoRepeat) button.click(); }
    Keys.onEnterPressed: event => { if (!event.isAutoRepeat) button.click(); }

    background: Rectangle {
        radius: Theme.radiusSmall
        color: button.groundColour
        border.width: Theme.highContrast || !button.enabled || button.kind === "danger" ? 1 : 0
        border.color: !button.enabled ? Theme.hairline : button.kind === "danger" ? Theme.bad : Theme.outline
        FocusRing {
            around: button
        }
    }
    contentItem: Item {
        implicitWidth: content.implicitWidth
        implicitHeight: content.implicitHeight
        GridLayout {
            id: content
            anchors.centerIn: parent
            width: Math.min(implicitWidth, parent.width - 12)
            columns: button.upright ? 1 : 3
            columnSpacing: 8
            rowSpacing: 2
            Icon {
                name: button.iconName
                visible: button.iconName !== "" && (!Theme.large || button.text === "" || button.iconRoom <= button.spare)
                side: button.iconSize
                colour: button.inkColour
                Layout.alignment: Qt.AlignCenter
            }
            ColumnLayout {
                id: words
                visible: button.text !== ""
                spacing: 0
                Layout.fillWidth: true
                Text {
                    text: button.text
                    color: button.inkColour
                    font.pixelSize: button.textSize
                    font.weight: Font.DemiBold
                    elide: Text.ElideRight
                    wrapMode: Theme.large ? Text.WordWrap : Text.NoWrap
                    maximumLineCount: 2
                    lineHeight: Theme.large ? 0.9 : 1
                    textFormat: Text.PlainText
                    horizontalAlignment: Text.AlignHCenter
                    Layout.fillWidth: true
                    Accessible.ignored: true
                }
                Text {
                    visible: button.note !== ""
                    text: button.note
                    color: button.kind === "primary" && button.enabled ? Theme.accentText : button.kind === "soft" ? Theme.accentInk : Theme.inkMuted
                    font.pixelSize: Theme.textSmall
                    elide: Text.ElideRight
                    wrapMode: Theme.large ? Text.WordWrap : Text.NoWrap
                    maximumLineCount: 2
                    textFormat: Text.PlainText
                    horizontalAlignment: Text.AlignHCenter
                    Layout.fillWidth: true
                    Accessible.ignored: true
                }
            }
            KeyCap {
                id: cap
                visible: Theme.keyCaps && button.keyCap !== "" && (!Theme.large || button.iconRoom + button.capRoom <= button.spare)
                key: button.keyCap
                ink: button.inkColour
                Layout.alignment: Qt.AlignCenter
            }
        }
    }
}
