// A report to read: sections with their rows, figures in one column.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

ListView {
    id: view
    required property QtObject lines
    property string name: qsTr("Report")

    model: view.lines
    clip: true
    currentIndex: -1
    spacing: 2
    boundsBehavior: Flickable.StopAtBounds
    activeFocusOnTab: true
    Accessible.role: Accessible.List
    Accessible.name: view.name
    Keys.onUpPressed: view.flick(0, 900)
    Keys.onDownPressed: view.flick(0, -900)
    Rectangle {
        parent: view
        anchors.fill: parent
        visible: view.activeFocus
        color: "transparent"
        radius: Theme.radiusSmall
        border.width: Theme.focusLine
        border.color: Theme.focus
        z: 3
    }
    delegate: Item {
        id: line
        required property string name
        required property string figure
        required property bool isTitle
        required property bool strong
        required property bool warns
        width: view.width
        height: words.implicitHeight + (line.isTitle ? 18 : 6)
        Rectangle {
            visible: line.isTitle
            width: parent.width
            height: 1
            color: Theme.hairline
            y: 6
        }
        RowLayout {
            id: words
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.leftMargin: 12
            anchors.rightMargin: 12
            anchors.bottomMargin: 2
            spacing: 16
            Label {
                text: line.name
                strong: line.strong
                muted: line.isTitle
                color: line.warns ? Theme.bad : line.isTitle ? Theme.inkMuted : Theme.ink
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Label {
                text: line.figure
                strong: line.strong
                figures: true
                color: line.warns ? Theme.bad : Theme.ink
                horizontalAlignment: Text.AlignRight
            }
        }
    }
}
