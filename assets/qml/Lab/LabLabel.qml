// Text in the lab's letters; a Label, so that screen readers find it.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic

Label {
    color: LabTheme.ink
    font.family: LabTheme.family
    font.pixelSize: LabTheme.normal
    elide: Text.ElideRight
}
