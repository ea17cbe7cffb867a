// A text that stands for itself in no list of a screen reader: what holds it has a name that says the same. Cheaper than a Label,
// for rows that are made while somebody waits.
import QtQuick
import Toonbank

Text {
    id: words
    property bool strong: false
    property bool muted: false
    // Figures of one width, as in Label.
    property bool figures: false

    color: words.muted ? Theme.inkMuted : Theme.ink
    font.features: words.figures ? ({ "tnum": 1 }) : ({})
    font.pixelSize: Theme.textBody
    font.weight: words.strong ? Font.DemiBold : Font.Normal
    textFormat: Text.PlainText
}
