// Something to begin, or a work to go on with.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

T.AbstractButton {
    id: tile
    required property string key
    required property string title
    required property string note
    required property string iconName
    required property string keyCap
    required property bool chosen

    implicitHeight: Math.max(96, inside.implicitHeight + 24)
    focusPolicy: Qt.TabFocus
    Accessible.name: tile.note === "" ? tile.title : tile.title + ", " + tile.note
    Accessible.onPressAction: tile.click()
    background: Rectangle {
        radius: Theme.radius
        color: tile.down ? Theme.sunken : tile.chosen ? Theme.accentSoft : Theme.surface
        border.width: tile.chosen ? 2 : 1
        border.color: tile.chosen ? Theme.accent : Theme.outline
        FocusRing {
            around: tile
        }
    }
    contentItem: RowLayout {
        id: inside
        spacing: 14
        Icon {
            name: tile.iconName
            side: 28
            colour: Theme.accentInk
            Layout.leftMargin: 16
        }
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            Label {
                text: tile.title
                strong: true
                font.pixelSize: Theme.textStrong
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Label {
                visible: tile.note !== ""
                text: tile.note
                muted: true
                font.pixelSize: Theme.textSmall
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
        }
        KeyCap {
            visible: tile.keyCap !== "" && !Theme.large
            key: tile.keyCap
            Layout.rightMargin: 14
        }
    }
}
