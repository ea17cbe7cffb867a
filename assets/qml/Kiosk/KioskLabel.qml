// Text that a screen reader sees and that wraps rather than being cut.
import QtQuick
import QtQuick.Templates as T
import Toonbank

T.Label {
    id: label
    property bool strong: false
    property bool muted: false
    property bool figures: false

    color: label.muted ? Theme.inkMuted : Theme.ink
    font.family: Application.font.family
    font.features: ({ "tnum": label.figures ? 1 : 0 })
    font.pixelSize: Theme.textBody
    font.weight: label.strong ? Font.DemiBold : Font.Normal
    wrapMode: Text.Wrap
    textFormat: Text.PlainText
}
