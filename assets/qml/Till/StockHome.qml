// What can be done with stock and what is under way, or the categories to count: to tap, or to choose by their number.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Item {
    id: home
    required property StockModel stock
    readonly property bool isHome: home.stock.page === "home"
    readonly property int columns: Math.max(1, Math.floor((width - 36) / (330 * Theme.textScale)))

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 18
        spacing: 14
        Label {
            text: home.stock.title
            strong: true
            font.pixelSize: Theme.displayHeading
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
            Accessible.role: Accessible.Heading
        }
        Label {
            visible: text !== ""
            text: home.stock.errorText
            color: Theme.bad
            strong: true
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
            Accessible.role: Accessible.AlertMessage
            Accessible.name: text
        }
        Flickable {
            id: view
            contentWidth: width
            contentHeight: all.implicitHeight
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            Layout.fillWidth: true
            Layout.fillHeight: true

            // What the keyboard chose is brought into view.
            function show(item: Item): void {
                const top = item.mapToItem(all, 0, 0).y;
                view.contentY = Math.max(0, Math.min(top, Math.max(view.contentY, top + item.height - view.height)));
            }

            ColumnLayout {
                id: all
                width: view.width
                spacing: 14
                GridLayout {
                    columns: home.columns
                    columnSpacing: 12
                    rowSpacing: 12
                    uniformCellWidths: true
                    Layout.fillWidth: true
                    Repeater {
                        model: home.stock.entries
                        StockTile {
                            onClicked: home.stock.choose(key)
                            onChosenChanged: if (chosen) view.show(this)
                            Layout.fillWidth: true
                            Layout.fillHeight: true
                        }
                    }
                }
                Label {
                    visible: home.stock.hasWorks && home.isHome
                    text: qsTr("Under way")
                    strong: true
                    font.pixelSize: Theme.textHeading
                    Layout.topMargin: 10
                    Accessible.role: Accessible.Heading
                }
                GridLayout {
                    visible: home.isHome
                    columns: home.columns
                    columnSpacing: 12
                    rowSpacing: 12
                    uniformCellWidths: true
                    Layout.fillWidth: true
                    Repeater {
                        model: home.stock.works
                        StockTile {
                            onClicked: home.stock.choose(key)
                            onChosenChanged: if (chosen) view.show(this)
                            Layout.fillWidth: true
                            Layout.fillHeight: true
                        }
                    }
                }
            }
        }
        PushButton {
            text: home.isHome ? qsTr("Back to the sale") : qsTr("Back")
            keyCap: "Esc"
            onClicked: home.isHome ? home.stock.leave() : home.stock.home()
            Layout.preferredHeight: 56
        }
    }
}
