// Sizes by colours in the text size that it has room for: how many are here, and a sign where only another store has it.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Parts
import Toonbank

FocusScope {
    id: grid
    required property KioskItemModel item
    readonly property int least: Theme.kioskTarget + Theme.gap + 5
    readonly property int headWidth: Math.ceil(Math.min(longest.advanceWidth + 24, Math.max(grid.width * 0.18, grid.width - columnHeads.count * grid.least)))
    readonly property int headHeight: Math.ceil(Theme.textBody * 1.7)
    readonly property int cellWidth: Math.max(grid.least, Math.min(190, Math.floor((grid.width - grid.headWidth) / Math.max(1, columnHeads.count))))
    // Whether it is whole on the screen: what would have to be pushed aside is told by the choices instead.
    readonly property bool fits: grid.headWidth + columnHeads.count * grid.cellWidth <= grid.width + 1

    implicitHeight: body.height + (legend.visible ? legend.height + 16 : 0)
    activeFocusOnTab: true
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Sizes and colours")
    Keys.onLeftPressed: grid.item.step(-1, 0)
    Keys.onRightPressed: grid.item.step(1, 0)
    Keys.onUpPressed: grid.item.step(0, -1)
    Keys.onDownPressed: grid.item.step(0, 1)

    TextMetrics {
        id: longest
        text: grid.item.longestHead
        font.family: Application.font.family
        font.pixelSize: Theme.textBody
        font.weight: Font.Bold
    }
    Item {
        id: body
        width: grid.width
        height: grid.headHeight + rowHeads.count * grid.least
        Repeater {
            id: columnHeads
            model: grid.item.columnHeads
            KioskLabel {
                required property int index
                required property string title
                text: title
                strong: true
                x: grid.headWidth + index * grid.cellWidth
                width: grid.cellWidth - Theme.gap - 5
                wrapMode: Text.NoWrap
                elide: Text.ElideRight
                fontSizeMode: Text.HorizontalFit
                minimumPixelSize: Math.round(Theme.textSmall * 0.7)
                font.pixelSize: Theme.textBody
                horizontalAlignment: Text.AlignHCenter
                Accessible.ignored: true
            }
        }
        Repeater {
            id: rowHeads
            model: grid.item.rowHeads
            KioskLabel {
                required property int index
                required property string title
                text: title
                strong: true
                y: grid.headHeight + index * grid.least
                width: grid.headWidth - 16
                height: grid.least - Theme.gap - 5
                wrapMode: Text.WordWrap
                maximumLineCount: 2
                elide: Text.ElideRight
                fontSizeMode: Text.Fit
                minimumPixelSize: Math.round(Theme.textSmall * 0.7)
                font.pixelSize: Theme.textBody
                verticalAlignment: Text.AlignVCenter
                Accessible.ignored: true
            }
        }
        Repeater {
            model: grid.item.cells
            T.AbstractButton {
                id: cell
                required property string key
                required property int row
                required property int column
                required property string stock
                required property string known
                required property bool chosen
                required property string spoken
                readonly property bool gone: cell.known === "elsewhere" || cell.known === "nowhere"
                x: grid.headWidth + cell.column * grid.cellWidth
                y: grid.headHeight + cell.row * grid.least
                width: grid.cellWidth - Theme.gap - 5
                height: grid.least - Theme.gap - 5
                focusPolicy: Qt.NoFocus
                Accessible.role: Accessible.RadioButton
                Accessible.name: cell.spoken
                Accessible.checkable: true
                Accessible.checked: cell.chosen
                Accessible.onPressAction: cell.click()
                onClicked: grid.item.choose(cell.key)
                background: Rectangle {
                    radius: 14
                    color: cell.chosen ? Theme.accentSoft : cell.down ? Theme.sunken : cell.gone ? Theme.surface : Theme.raised
                    border.width: cell.chosen ? 4 : Theme.highContrast ? 3 : 2
                    border.color: cell.chosen ? Theme.accent : cell.gone ? Theme.hairline : Theme.outline
                }
                contentItem: Item {
                    Row {
                        anchors.centerIn: parent
                        spacing: 6
                        Text {
                            text: cell.stock
                            color: cell.chosen ? Theme.accentInk : cell.gone ? Theme.inkMuted : Theme.ink
                            font.pixelSize: Theme.textBody
                            font.weight: cell.chosen ? Font.Bold : Font.Normal
                            textFormat: Text.PlainText
                            Accessible.ignored: true
                        }
                        Icon {
                            visible: cell.known === "elsewhere"
                            name: "store"
                            side: 30
                            colour: Theme.accentInk
                            anchors.verticalCenter: parent.verticalCenter
                        }
                    }
                }
            }
        }
        FocusRing {
            around: grid
            radiusInside: 16
            border.width: 6
            anchors.margins: -10
        }
    }
    Row {
        id: legend
        visible: grid.item.marksOthers
        anchors.top: body.bottom
        anchors.topMargin: 12
        spacing: 12
        Icon {
            name: "store"
            side: 32
            colour: Theme.accentInk
            anchors.verticalCenter: parent.verticalCenter
        }
        KioskLabel {
            text: qsTr("not here, but in another store")
            muted: true
            font.pixelSize: Theme.textSmall
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
