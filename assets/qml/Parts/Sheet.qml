// A dialog over the screen. What lies behind is out of reach until it is closed; Esc closes it where that is safe.
import QtQuick
import QtQuick.Layouts
import Toonbank

FocusScope {
    id: sheet
    required property string title
    property string hint: ""
    property string iconName: ""
    property string kind: "info"
    property int sheetWidth: 560
    default property alias body: body.data
    signal dismissed

    anchors.fill: parent
    Accessible.role: Accessible.Dialog
    Accessible.name: sheet.hint === "" ? sheet.title : sheet.title + ". " + sheet.hint
    Keys.onEscapePressed: sheet.dismissed()

    Rectangle {
        anchors.fill: parent
        color: Theme.shade
        MouseArea {
            anchors.fill: parent
            acceptedButtons: Qt.AllButtons
            onWheel: wheel => wheel.accepted = true
        }
    }
    Rectangle {
        id: card
        width: Math.min(sheet.sheetWidth, sheet.width - 32)
        height: Math.min(column.implicitHeight + 56, sheet.height - 24)
        anchors.centerIn: parent
        radius: Theme.radius + 4
        color: Theme.surface
        border.width: Theme.highContrast ? 2 : 0
        border.color: Theme.outline
        MouseArea {
            anchors.fill: parent
        }
        ColumnLayout {
            id: column
            anchors.fill: parent
            anchors.margins: 28
            spacing: 18
            RowLayout {
                spacing: 14
                Layout.fillWidth: true
                Rectangle {
                    visible: sheet.iconName !== ""
                    implicitWidth: 52
                    implicitHeight: 52
                    radius: 26
                    color: sheet.kind === "bad" ? Theme.badSoft : sheet.kind === "warn" ? Theme.warnSoft : Theme.accentSoft
                    Layout.alignment: Qt.AlignTop
                    Icon {
                        name: sheet.iconName
                        side: 26
                        colour: sheet.kind === "bad" ? Theme.bad : sheet.kind === "warn" ? Theme.warn : Theme.accentInk
                        anchors.centerIn: parent
                    }
                }
                ColumnLayout {
                    spacing: 4
                    Layout.fillWidth: true
                    Label {
                        text: sheet.title
                        strong: true
                        font.pixelSize: Theme.textTitle
                        wrapMode: Text.WordWrap
                        Layout.fillWidth: true
                        Accessible.role: Accessible.Heading
                    }
                    Label {
                        visible: sheet.hint !== ""
                        text: sheet.hint
                        muted: true
                        font.pixelSize: Theme.textStrong
                        wrapMode: Text.WordWrap
                        Layout.fillWidth: true
                    }
                }
            }
            ColumnLayout {
                id: body
                spacing: 12
                Layout.fillWidth: true
                Layout.fillHeight: true
            }
        }
    }
}
