// An address in letters of one width that can be marked and copied.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

TextEdit {
    Layout.fillWidth: true
    readOnly: true
    selectByMouse: true
    color: LabTheme.ink
    selectionColor: LabTheme.accent
    selectedTextColor: LabTheme.accentInk
    font.family: LabTheme.monoFamily
    font.pixelSize: LabTheme.normal
    activeFocusOnTab: true
    Accessible.name: text
}
