// A dialog over the screen. What lies behind is out of reach until it is closed; Esc closes it where that is safe.
import QtQuick
import QtQuick.Layouts
import QtQuick.Window
import Toonbank

FocusScope {
    id: sheet
    required property string title
    property string hint: ""
    property string iconName: ""
    property string kind: "info"
    // At the size of text that it was designed for: it grows with the text as far as the screen allows.
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
        width: Math.min(Theme.large ? sheet.sheetWidth * Theme.textScale : sheet.sheetWidth, sheet.width - 32)
        height: Math.min(column.implicitHeight + (Theme.large ? 44 : 56), sheet.height - 24)
        anchors.centerIn: parent
        radius: Theme.radius + 4
        color: Theme.surface
        border.width: Theme.highContrast ? 2 : 0
        border.color: Theme.outline
        MouseArea {
            anchors.fill: parent
        }
        // What does not fit, in large text on a small screen, scrolls; what has the keyboard is brought into view.
        Flickable {
            id: view
            readonly property Item held: view.Window.activeFocusItem
            anchors.fill: parent
            anchors.margins: Theme.large ? 14 : 20
            contentWidth: width
            contentHeight: column.height + 16
            interactive: contentHeight > height + 1
            clip: interactive
            boundsBehavior: Flickable.StopAtBounds
            onHeldChanged: {
                for (let above = held; above && interactive; above = above.parent) {
                    if (above !== column)
                        continue;
                    const top = held.mapToItem(column, 0, 0).y;
                    contentY = Math.max(0, Math.min(top, Math.max(contentY, top + held.height + 16 - height)));
                    break;
                }
            }
            ColumnLayout {
                id: column
                x: 8
                y: 8
                width: view.width - 16
                height: Math.max(column.implicitHeight, view.height - 16)
                spacing: Theme.large ? 12 : 18
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
        Rectangle {
            visible: view.interactive
            width: 6
            radius: 3
            x: parent.width - 14
            y: view.y + view.visibleArea.yPosition * view.height
            height: view.visibleArea.heightRatio * view.height
            color: Theme.outline
        }
    }
}
