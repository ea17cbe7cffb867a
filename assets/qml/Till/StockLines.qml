// The lines of a stock work; while somebody searches, what was found instead.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Card {
    id: card
    required property StockWorkModel work
    readonly property bool searching: card.work.finder.isSearching

    implicitHeight: 200

    EmptyState {
        visible: card.searching ? card.work.finder.foundNothing : card.work.isEmpty
        width: Math.min(420 * Theme.textScale, parent.width - 40)
        anchors.centerIn: parent
        iconName: card.searching ? "search" : "scan"
        title: card.searching ? qsTr("Nothing found") : qsTr("Scan the goods")
        hint: card.searching ? qsTr("Type less, or the number on the label. Enter takes it for a code.")
            : qsTr("Each scan is one more. Key in a number for many at once.")
    }
    ListView {
        id: list
        readonly property int place: card.work.chosenPlace
        visible: !card.searching
        anchors.fill: parent
        anchors.margins: 8
        clip: true
        spacing: 6
        model: card.work.lines
        boundsBehavior: Flickable.StopAtBounds
        Accessible.role: Accessible.List
        Accessible.name: card.work.title
        onPlaceChanged: if (list.place >= 0) list.positionViewAtIndex(list.place, ListView.Contain)
        onHeightChanged: if (list.place >= 0) list.positionViewAtIndex(list.place, ListView.Contain)
        onCountChanged: if (list.place >= 0) list.positionViewAtIndex(list.place, ListView.Contain)
        delegate: T.AbstractButton {
            id: line
            required property string key
            required property string title
            required property string detail
            required property string quantity
            required property string expected
            required property string picture
            required property bool isOpen
            required property bool warns
            required property bool chosen
            required property string spoken
            width: list.width
            height: Math.max(68, inside.implicitHeight + 16)
            focusPolicy: Qt.TabFocus
            Accessible.role: Accessible.RadioButton
            Accessible.name: line.spoken
            Accessible.checkable: true
            Accessible.checked: line.chosen
            Accessible.onPressAction: line.click()
            onClicked: card.work.choose(line.key)
            background: Rectangle {
                radius: Theme.radiusSmall
                color: line.chosen ? Theme.accentSoft : line.warns ? Theme.warnSoft : line.isOpen ? Theme.surface : Theme.raised
                border.width: line.chosen ? 2 : 1
                border.color: line.chosen ? Theme.accent : line.warns ? Theme.warn : Theme.hairline
                FocusRing {
                    around: line
                }
            }
            contentItem: RowLayout {
                id: inside
                spacing: 12
                Picture {
                    visible: !Theme.large
                    name: line.picture
                    side: 44
                    Layout.leftMargin: 12
                }
                ColumnLayout {
                    spacing: 0
                    Layout.fillWidth: true
                    Layout.leftMargin: Theme.large ? 12 : 0
                    Label {
                        text: line.title
                        strong: true
                        wrapMode: Text.WordWrap
                        maximumLineCount: 2
                        elide: Text.ElideRight
                        Layout.fillWidth: true
                    }
                    Label {
                        text: line.detail
                        color: line.warns ? Theme.warn : Theme.inkMuted
                        font.pixelSize: Theme.textSmall
                        wrapMode: Text.WordWrap
                        maximumLineCount: 2
                        elide: Text.ElideRight
                        Layout.fillWidth: true
                    }
                }
                ColumnLayout {
                    spacing: 0
                    Layout.rightMargin: 14
                    Label {
                        text: line.quantity
                        strong: !line.isOpen
                        muted: line.isOpen
                        figures: true
                        font.pixelSize: line.isOpen ? Theme.textBody : Theme.textHeading
                        Layout.alignment: Qt.AlignRight
                    }
                    Label {
                        visible: line.expected !== ""
                        text: line.expected
                        muted: true
                        figures: true
                        font.pixelSize: Theme.textSmall
                        Layout.alignment: Qt.AlignRight
                    }
                }
            }
        }
    }
    ListView {
        id: results
        visible: card.searching
        anchors.fill: parent
        anchors.margins: 8
        clip: true
        spacing: 6
        model: card.searching ? card.work.finder.rows : null
        boundsBehavior: Flickable.StopAtBounds
        delegate: T.AbstractButton {
            id: hit
            required property string key
            required property string title
            required property string detail
            required property string picture
            required property bool chosen
            width: results.width
            height: Math.max(60, words.implicitHeight + 14)
            focusPolicy: Qt.NoFocus
            Accessible.name: hit.title + ", " + hit.detail
            Accessible.onPressAction: hit.click()
            onClicked: card.work.finder.take(hit.key)
            background: Rectangle {
                radius: Theme.radiusSmall
                color: hit.chosen ? Theme.accentSoft : hit.down ? Theme.sunken : Theme.surface
                border.width: hit.chosen ? 2 : 1
                border.color: hit.chosen ? Theme.accent : Theme.hairline
            }
            contentItem: RowLayout {
                spacing: 12
                Picture {
                    name: hit.picture
                    side: 40
                    Layout.leftMargin: 12
                }
                ColumnLayout {
                    id: words
                    spacing: 0
                    Layout.fillWidth: true
                    Label {
                        text: hit.title
                        strong: true
                        elide: Text.ElideRight
                        Layout.fillWidth: true
                    }
                    Label {
                        text: hit.detail
                        muted: true
                        font.pixelSize: Theme.textSmall
                        elide: Text.ElideRight
                        Layout.fillWidth: true
                    }
                }
                Icon {
                    name: "plus"
                    side: 22
                    colour: Theme.accentInk
                    Layout.rightMargin: 16
                }
            }
        }
    }
}
