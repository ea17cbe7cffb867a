// K3: departments on the left, what they hold on the right, search on top.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

FocusScope {
    id: page
    required property KioskModel kiosk

    Rectangle {
        id: side
        width: Theme.textScale > 3 ? 330 : Theme.textScale > 2 ? 250 : 230
        height: parent.height
        color: Theme.surface
        CategoryRail {
            id: rail
            kiosk: page.kiosk
            anchors.fill: parent
            anchors.bottomMargin: turner.visible ? turner.height + 24 : 0
        }
        ScrollKeys {
            id: turner
            over: rail
            room: side.height
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 12
        }
        Rectangle {
            anchors.right: parent.right
            width: 2
            height: parent.height
            color: Theme.hairline
        }
    }
    ColumnLayout {
        anchors.left: side.right
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        anchors.leftMargin: 14
        anchors.rightMargin: 14
        spacing: 12
        RowLayout {
            spacing: Theme.gap + 3
            Layout.fillWidth: true
            Layout.topMargin: 14
            Layout.leftMargin: 8
            Layout.rightMargin: 8
            KioskButton {
                kind: "tile"
                iconName: "search"
                text: Theme.textScale > 3 ? qsTr("Search") : qsTr("Search, or scan an article")
                textSize: Math.min(Theme.textBody, 42)
                onClicked: page.kiosk.openSearch()
                Layout.fillWidth: true
                Layout.preferredHeight: 96
            }
            ScrollKeys {
                over: grid
                side: 96
            }
        }
        KioskLabel {
            visible: !page.kiosk.reach
            text: page.kiosk.browse.title
            strong: true
            font.pixelSize: Math.min(Theme.textHeading, 76)
            Accessible.role: Accessible.Heading
            Layout.fillWidth: true
            Layout.leftMargin: 10
        }
        Flow {
            visible: tabs.count > 0 && !(page.kiosk.reach && Theme.textScale > 2)
            spacing: Theme.gap + 3
            Layout.fillWidth: true
            Layout.leftMargin: 8
            Layout.rightMargin: 8
            Repeater {
                id: tabs
                model: page.kiosk.browse.tabs
                OptionChip {
                    required property string key
                    required property string name
                    required chosen
                    text: name
                    textSize: Math.min(Theme.textBody, 38)
                    onClicked: page.kiosk.browse.choose(key)
                }
            }
        }
        CardGrid {
            id: grid
            kiosk: page.kiosk
            spoken: page.kiosk.browse.title
            model: page.kiosk.browse.cards
            onEndReached: page.kiosk.browse.more()
            Layout.fillWidth: true
            Layout.fillHeight: true
            EmptyHint {
                visible: page.kiosk.browse.isEmpty
                anchors.centerIn: parent
                width: parent.width - 80
                iconName: "package"
                title: qsTr("There is nothing here today")
                hint: qsTr("Choose another department, or search by name.")
            }
        }
    }
}
