// Sizes by colours: the quantity here in each cell, and a sign where only another place has it.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Toonbank
import Parts

Item {
    id: grid
    required property ItemModel item
    readonly property bool wraps: grid.item.isLine
    readonly property int headWidth: grid.wraps ? 0 : Math.ceil(Math.min(longest.advanceWidth + 14, grid.width * 0.4, Math.max(grid.width * (Theme.large ? 0.4 : 0.16), grid.width - columnHeads.count * grid.least)))
    readonly property int headHeight: grid.wraps ? 0 : Math.max(columnHeads.tallest, rowHeads.count > 0 ? 28 : 0)
    readonly property int least: Math.max(Theme.target + Theme.gap, 46 * Theme.textScale)
    readonly property int room: grid.width - grid.headWidth
    readonly property int perLine: Math.max(1, Math.floor(grid.room / Math.max(grid.least, 96 * Theme.textScale)))
    readonly property int across: grid.wraps ? Math.min(grid.perLine, Math.max(4, cells.count)) : Math.max(1, columnHeads.count)
    readonly property int cellWidth: Math.max(grid.least, Math.min(150, Math.floor(grid.room / grid.across)))
    readonly property int cellHeight: Math.max(Theme.target + Theme.gap, Math.ceil((grid.wraps ? 62 : 46) * Theme.textScale))
    readonly property int lines: grid.wraps ? Math.ceil(cells.count / grid.across) : rowHeads.count

    implicitHeight: grid.headHeight + grid.lines * grid.cellHeight
    onPerLineChanged: grid.item.setPerLine(grid.across)
    onAcrossChanged: grid.item.setPerLine(grid.across)
    Component.onCompleted: grid.item.setPerLine(grid.across)

    TextMetrics {
        id: longest
        text: grid.item.longestHead
        font.family: Application.font.family
        font.pixelSize: Theme.textBody
        font.weight: Font.DemiBold
    }
    Flickable {
        id: view
        anchors.fill: parent
        contentWidth: grid.headWidth + grid.across * grid.cellWidth
        contentHeight: grid.implicitHeight
        interactive: contentHeight > height + 1 || contentWidth > width + 1
        clip: interactive
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: true
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Sizes and colours")

        function follow(): void {
            const cell = cells.itemAt(grid.item.chosenCell);
            if (!cell)
                return;
            view.contentY = Math.max(0, Math.min(cell.y - grid.headHeight, Math.max(view.contentY, cell.y + cell.height - view.height)));
            view.contentX = Math.max(0, Math.min(cell.x - grid.headWidth, Math.max(view.contentX, cell.x + cell.width - view.width)));
        }
        Component.onCompleted: Qt.callLater(view.follow)
        Connections {
            target: grid.item
            function onChanged(): void {
                Qt.callLater(view.follow);
            }
        }
        Repeater {
            id: columnHeads
            readonly property int tallest: columnHeads.count > 0 ? Math.ceil(22 * Theme.textScale) + 6 : 0
            model: grid.item.columnHeads
            Label {
                required property int index
                required property string title
                text: title
                strong: true
                x: grid.headWidth + index * grid.cellWidth
                y: 0
                width: grid.cellWidth - Theme.gap
                height: columnHeads.tallest
                wrapMode: Text.NoWrap
                elide: Text.ElideRight
                fontSizeMode: Text.HorizontalFit
                minimumPixelSize: Math.round(Theme.textSmall * 0.8)
                horizontalAlignment: Text.AlignHCenter
                Accessible.ignored: true
            }
        }
        Repeater {
            id: rowHeads
            model: grid.item.rowHeads
            Label {
                required property int index
                required property string title
                text: title
                strong: true
                x: 0
                y: grid.headHeight + index * grid.cellHeight
                width: grid.headWidth - 8
                height: grid.cellHeight - Theme.gap
                wrapMode: Text.WordWrap
                elide: Text.ElideRight
                maximumLineCount: 2
                fontSizeMode: Text.Fit
                minimumPixelSize: Math.round(Theme.textSmall * 0.7)
                verticalAlignment: Text.AlignVCenter
                Accessible.ignored: true
            }
        }
        Repeater {
            id: cells
            model: grid.item.cells
            T.AbstractButton {
                id: cell
                required property int index
                required property string key
                required property int row
                required property int column
                required property string title
                required property string stock
                required property string price
                required property string known
                required property bool chosen
                required property string spoken
                readonly property bool gone: cell.known !== "here"
                x: grid.headWidth + (grid.wraps ? cell.index % grid.across : cell.column) * grid.cellWidth
                y: grid.headHeight + (grid.wraps ? Math.floor(cell.index / grid.across) : cell.row) * grid.cellHeight
                width: grid.cellWidth - Theme.gap
                height: grid.cellHeight - Theme.gap
                focusPolicy: Qt.NoFocus
                Accessible.role: Accessible.RadioButton
                Accessible.name: cell.spoken
                Accessible.checkable: true
                Accessible.checked: cell.chosen
                Accessible.onPressAction: cell.click()
                onClicked: grid.item.choose(cell.key)
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: cell.chosen ? Theme.accentSoft : cell.down ? Theme.sunken : cell.gone ? Theme.surface : Theme.raised
                    border.width: cell.chosen ? 3 : 1
                    border.color: cell.chosen ? Theme.accent : Theme.hairline
                }
                contentItem: Item {
                    Column {
                        anchors.centerIn: parent
                        width: parent.width - 8
                        Label {
                            visible: cell.title !== ""
                            text: cell.title
                            strong: true
                            width: parent.width
                            wrapMode: Text.NoWrap
                            elide: Text.ElideRight
                            fontSizeMode: Text.HorizontalFit
                            minimumPixelSize: Math.round(Theme.textSmall * 0.8)
                            horizontalAlignment: Text.AlignHCenter
                            Accessible.ignored: true
                        }
                        Row {
                            anchors.horizontalCenter: parent.horizontalCenter
                            spacing: 4
                            Label {
                                text: cell.stock
                                strong: !cell.gone
                                figures: true
                                color: cell.gone ? Theme.inkMuted : cell.chosen ? Theme.accentInk : Theme.ink
                                font.pixelSize: cell.title !== "" ? Theme.textBody : Theme.textStrong
                                Accessible.ignored: true
                            }
                            Icon {
                                visible: cell.known === "elsewhere"
                                name: "store"
                                side: Math.round(16 * Theme.textScale)
                                colour: Theme.accentInk
                                anchors.verticalCenter: parent.verticalCenter
                            }
                        }
                        Label {
                            visible: cell.price !== ""
                            text: cell.price
                            figures: true
                            muted: true
                            width: parent.width
                            fontSizeMode: Text.HorizontalFit
                            minimumPixelSize: Math.round(Theme.textSmall * 0.8)
                            font.pixelSize: Theme.textSmall
                            horizontalAlignment: Text.AlignHCenter
                            Accessible.ignored: true
                        }
                    }
                }
            }
        }
    }
    Rectangle {
        anchors.fill: parent
        anchors.margins: -4
        visible: view.activeFocus
        color: "transparent"
        radius: Theme.radiusSmall
        border.width: Theme.focusLine
        border.color: Theme.focus
    }
}
