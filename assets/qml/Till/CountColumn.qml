// Notes or coins with their counts: tap one and key in how many there are.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Card {
    id: column
    required property string title
    required property QtObject rows
    // What each row comes to; hidden where counts are blind or there is no room.
    property bool showsAmounts: false
    signal chosen(int key)

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 8
        spacing: 4
        Label {
            text: column.title
            muted: true
            font.pixelSize: Theme.textSmall
            Layout.leftMargin: 12
            Layout.topMargin: 2
            Layout.fillWidth: true
        }
        ListView {
            id: list
            model: column.rows
            clip: true
            currentIndex: -1
            boundsBehavior: Flickable.StopAtBounds
            cacheBuffer: 0
            displayMarginBeginning: Theme.target
            displayMarginEnd: Theme.target
            activeFocusOnTab: true
            Accessible.role: Accessible.List
            Accessible.name: column.title
            Layout.fillWidth: true
            Layout.fillHeight: true
            Rectangle {
                anchors.fill: parent
                visible: list.activeFocus
                color: "transparent"
                radius: Theme.radiusSmall
                border.width: Theme.focusLine
                border.color: Theme.focus
                z: 3
            }
            delegate: T.AbstractButton {
                id: row
                required property int index
                required property int key
                required property string title
                required property string count
                required property string amount
                required property bool chosen
                required property string spoken
                width: list.width
                height: Math.max(Theme.target, inside.implicitHeight + 8, Math.min(84, Math.floor(list.height / Math.max(1, list.count))))
                focusPolicy: Qt.NoFocus
                Accessible.role: Accessible.Button
                Accessible.name: row.spoken
                Accessible.onPressAction: row.click()
                onClicked: column.chosen(row.key)
                onChosenChanged: if (row.chosen) list.positionViewAtIndex(row.index, ListView.Contain)
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: row.chosen ? Theme.accentSoft : "transparent"
                    border.width: row.chosen ? 2 : 0
                    border.color: Theme.accent
                }
                contentItem: RowLayout {
                    id: inside
                    spacing: 8
                    Label {
                        text: row.title
                        figures: row.key !== 0
                        strong: true
                        font.pixelSize: Theme.textStrong
                        horizontalAlignment: row.key === 0 ? Text.AlignLeft : Text.AlignRight
                        wrapMode: row.key === 0 ? Text.WordWrap : Text.NoWrap
                        Layout.leftMargin: 12
                        Layout.preferredWidth: 84 * Theme.textScale
                        Accessible.ignored: true
                    }
                    Label {
                        visible: row.key !== 0 && !Theme.large
                        text: "×"
                        muted: true
                        Accessible.ignored: true
                    }
                    Rectangle {
                        radius: Theme.radiusSmall
                        color: row.chosen ? Theme.surface : Theme.raised
                        border.width: 1
                        border.color: row.chosen ? Theme.outline : Theme.hairline
                        Layout.fillWidth: row.key === 0 || !column.showsAmounts
                        Layout.preferredWidth: 96
                        Layout.maximumWidth: 160
                        Layout.preferredHeight: Theme.large ? 46 : 38
                        Label {
                            text: row.count === "" ? "0" : row.count
                            muted: row.count === ""
                            strong: row.count !== ""
                            figures: true
                            font.pixelSize: Theme.textStrong
                            fontSizeMode: Text.HorizontalFit
                            anchors.fill: parent
                            anchors.leftMargin: 6
                            anchors.rightMargin: 12
                            horizontalAlignment: Text.AlignRight
                            verticalAlignment: Text.AlignVCenter
                            Accessible.ignored: true
                        }
                    }
                    Item {
                        Layout.fillWidth: true
                    }
                    Label {
                        visible: column.showsAmounts && row.key !== 0
                        text: row.amount
                        figures: true
                        font.pixelSize: Theme.textStrong
                        Layout.rightMargin: 12
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
}
