// A line of text that a screen reader sees. Long text ends in dots unless it may wrap; large text always may, but for figures.
import QtQuick
import QtQuick.Templates as T
import Toonbank

T.Label {
    id: label
    property bool strong: false
    property bool muted: false
    // Figures of one width: amounts below each other line up, and a running total does not dance.
    property bool figures: false

    color: label.muted ? Theme.inkMuted : Theme.ink
    font.family: Application.font.family
    font.features: label.figures ? ({ "tnum": 1 }) : ({})
    font.pixelSize: Theme.textBody
    font.weight: label.strong ? Font.DemiBold : Font.Normal
    wrapMode: Theme.large && !label.figures ? Text.WordWrap : Text.NoWrap
    elide: label.wrapMode === Text.NoWrap ? Text.ElideRight : Text.ElideNone
    textFormat: Text.PlainText
}
