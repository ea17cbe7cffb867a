// The first level of categories, with pictures. What is chosen is bold and barred as well as coloured.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Parts
import Toonbank

ListView {
    id: rail
    required property KioskModel kiosk

    clip: true
    model: rail.kiosk.browse.rail
    currentIndex: -1
    highlightMoveDuration: 0
    boundsBehavior: Flickable.StopAtBounds
    activeFocusOnTab: true
    keyNavigationEnabled: true
    cacheBuffer: 0
    spacing: Theme.gap + 1
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Departments")
    onActiveFocusChanged: if (rail.activeFocus && rail.currentIndex < 0 && rail.count > 0) rail.currentIndex = 0
    Keys.onReturnPressed: if (rail.currentItem) (rail.currentItem as Cell).choose()
    Keys.onEnterPressed: if (rail.currentItem) (rail.currentItem as Cell).choose()
    Keys.onSpacePressed: if (rail.currentItem) (rail.currentItem as Cell).choose()

    component Cell: T.AbstractButton {
        id: tab
        required property string key
        required property string name
        required property string picture
        required property bool chosen
        readonly property bool ringed: tab.ListView.isCurrentItem && rail.activeFocus
        function choose() {
            rail.kiosk.browse.choose(tab.key);
        }

        width: rail.width
        height: Math.max(157, word.implicitHeight + 124)
        focusPolicy: Qt.NoFocus
        onClicked: tab.choose()
        Accessible.role: Accessible.PageTab
        Accessible.name: tab.name
        Accessible.selected: tab.chosen
        Accessible.onPressAction: tab.choose()
        background: Rectangle {
            color: tab.chosen ? Theme.accentSoft : tab.down ? Theme.sunken : "transparent"
            border.width: tab.ringed ? 6 : 0
            border.color: Theme.focus
            Rectangle {
                visible: tab.chosen
                width: 10
                height: parent.height
                color: Theme.accent
            }
        }
        contentItem: Item {
            Picture {
                id: image
                name: tab.picture
                side: 88
                y: 12
                anchors.horizontalCenter: parent.horizontalCenter
            }
            Text {
                id: word
                anchors.top: image.bottom
                anchors.topMargin: 6
                anchors.horizontalCenter: parent.horizontalCenter
                width: parent.width - 24
                text: tab.name
                color: tab.chosen ? Theme.accentInk : Theme.ink
                font.pixelSize: Theme.textSmall
                font.weight: tab.chosen ? Font.Bold : Font.Normal
                textFormat: Text.PlainText
                wrapMode: Text.Wrap
                horizontalAlignment: Text.AlignHCenter
                Accessible.ignored: true
            }
        }
    }
    delegate: Cell {}
}
