// Goods by hand: a search that answers while one types, and tiles by category.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

ColumnLayout {
    id: panel
    required property TillModel till
    required property GoodsModel goods
    // Carried about it is asked for first, and sold after that.
    readonly property bool looks: panel.till.isTablet

    spacing: 8

    Connections {
        target: panel.till
        function onSearchWanted() {
            field.forceActiveFocus();
            field.selectAll();
        }
    }
    Connections {
        target: panel.goods
        function onChanged() {
            if (panel.goods.query === "" && field.text !== "")
                field.text = "";
        }
    }
    RowLayout {
        spacing: Theme.gap
        Layout.fillWidth: true
        Field {
            id: field
            label: qsTr("Search for an article")
            placeholderText: Theme.large ? qsTr("Search") : qsTr("Search by name, brand or number")
            iconName: "search"
            keyCap: field.text === "" ? "F2" : ""
            maximumLength: 60
            Layout.fillWidth: true
            onTextEdited: panel.goods.search(text)
            Keys.onDownPressed: panel.goods.step(1)
            Keys.onUpPressed: panel.goods.step(-1)
            Keys.onReturnPressed: panel.goods.takeResult()
            Keys.onEnterPressed: panel.goods.takeResult()
            Keys.onEscapePressed: {
                panel.goods.clear();
                panel.till.close();
            }
        }
        PushButton {
            visible: panel.goods.query !== ""
            iconName: "x"
            Accessible.name: qsTr("End the search")
            onClicked: panel.goods.clear()
        }
    }
    ListView {
        id: tabs
        visible: !panel.goods.showsResults
        orientation: ListView.Horizontal
        model: panel.goods.tabs
        currentIndex: -1
        clip: true
        spacing: Theme.gap
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: count > 0
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Categories")
        Keys.onLeftPressed: panel.goods.stepTab(-1)
        Keys.onRightPressed: panel.goods.stepTab(1)
        Layout.fillWidth: true
        Layout.preferredHeight: Theme.target
        delegate: Chip {
            required property string key
            required property string title
            required chosen
            text: title
            focusPolicy: Qt.NoFocus
            onClicked: panel.goods.showTab(key)
        }
        Rectangle {
            anchors.fill: parent
            visible: tabs.activeFocus
            color: "transparent"
            radius: Theme.radiusSmall
            border.width: Theme.focusLine
            border.color: Theme.focus
            z: 3
        }
    }
    GridView {
        id: grid
        // Of large tiles two at least go in a row: their names take three lines.
        // Three where they are wide enough for a whole price: half a price is a wrong one.
        readonly property int columns: Theme.large ? Math.max(2, Math.floor(width / (120 * Theme.textScale))) : Math.max(1, Math.floor(width / 142), Math.min(3, Math.floor(width / 96)))
        visible: !panel.goods.showsResults
        model: panel.goods.tiles
        clip: true
        currentIndex: -1
        cellWidth: Math.floor(width / columns)
        cellHeight: Theme.large ? 56 + Math.ceil(72 * Theme.textScale) : 148
        boundsBehavior: Flickable.StopAtBounds
        reuseItems: true
        activeFocusOnTab: count > 0
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Articles")
        onActiveFocusChanged: currentIndex = activeFocus ? Math.max(0, currentIndex) : -1
        Keys.onReturnPressed: if (currentItem) (currentItem as T.AbstractButton).click()
        Keys.onEnterPressed: if (currentItem) (currentItem as T.AbstractButton).click()
        Keys.onSpacePressed: if (currentItem) (currentItem as T.AbstractButton).click()
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.rightMargin: -Theme.gap
        delegate: GoodsTile {
            marked: grid.activeFocus && GridView.isCurrentItem
            width: grid.cellWidth
            height: grid.cellHeight
            onClicked: panel.looks ? panel.goods.look(key) : panel.goods.take(key)
        }
    }
    ListView {
        id: results
        readonly property string moreText: qsTr("More about %1")
        readonly property bool large: Theme.large
        visible: panel.goods.showsResults
        model: panel.goods.results
        clip: true
        currentIndex: panel.goods.resultRow
        highlightFollowsCurrentItem: true
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: count > 0
        spacing: 4
        Accessible.role: Accessible.List
        Accessible.name: panel.goods.resultsText
        Keys.onUpPressed: panel.goods.step(-1)
        Keys.onDownPressed: panel.goods.step(1)
        Keys.onReturnPressed: panel.goods.takeResult()
        Keys.onEnterPressed: panel.goods.takeResult()
        Layout.fillWidth: true
        Layout.fillHeight: true
        delegate: ResultLine {
            marked: ListView.isCurrentItem
            moreText: results.moreText
            large: results.large
            width: results.width
            onClicked: panel.looks ? panel.goods.look(key) : panel.goods.take(key)
            onLooked: panel.goods.look(key)
        }
        EmptyState {
            visible: panel.goods.foundNothing
            width: Math.min(Theme.large ? 320 * Theme.textScale : 320, parent.width)
            anchors.centerIn: parent
            iconName: "search"
            title: qsTr("Nothing found")
            hint: qsTr("Try fewer letters, another word or the number below the bars")
        }
    }
}
