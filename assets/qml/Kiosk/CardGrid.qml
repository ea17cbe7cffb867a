// Cards in two columns, in one where text is very large. Arrows move, Enter opens.
pragma ComponentBehavior: Bound
import QtQuick
import Toonbank

GridView {
    id: grid
    required property KioskModel kiosk
    required property string spoken
    readonly property bool low: grid.kiosk.reach
    readonly property bool wide: Theme.textScale > 3 || grid.low
    readonly property int columns: Theme.textScale > 3 || (grid.low && Theme.textScale > 2) ? 1 : 2
    signal endReached

    clip: true
    cellWidth: Math.floor(grid.width / grid.columns)
    cellHeight: grid.low && grid.columns === 2 ? 190
        : grid.wide ? Math.round(Theme.textBody * 6.2)
        : Math.round(312 + Theme.textBody * 5.2)
    currentIndex: -1
    highlightMoveDuration: 0
    boundsBehavior: Flickable.StopAtBounds
    pixelAligned: true
    cacheBuffer: 0  // what is made ahead is made in the background, and a page that goes meanwhile leaves it behind
    activeFocusOnTab: true
    keyNavigationEnabled: true
    Accessible.role: Accessible.List
    Accessible.name: grid.spoken
    onActiveFocusChanged: if (grid.activeFocus && grid.currentIndex < 0 && grid.count > 0) grid.currentIndex = 0
    onAtYEndChanged: if (grid.atYEnd && grid.count > 0) grid.endReached()
    Keys.onReturnPressed: if (grid.currentItem) (grid.currentItem as Cell).open()
    Keys.onEnterPressed: if (grid.currentItem) (grid.currentItem as Cell).open()
    Keys.onSpacePressed: if (grid.currentItem) (grid.currentItem as Cell).open()

    component Cell: ProductCard {
        id: cell
        function open() {
            grid.kiosk.openItem(cell.key);
        }

        width: grid.cellWidth
        height: grid.cellHeight
        wide: grid.wide
        low: grid.low
        ringed: cell.GridView.isCurrentItem && grid.activeFocus
        onClicked: cell.open()
    }
    delegate: Cell {}
}
