// The basket: newest line at the bottom and marked, then what it comes to.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Card {
    id: panel
    required property SaleModel sale

    Connections {
        target: panel.sale
        function onFollowed(row) {
            if (row < 0)
                return;
            const before = list.contentY;
            list.positionViewAtIndex(row, ListView.Contain);
            // A full list moves up by a third at once: rows stand still between two leaps, for the eye and for the painter.
            if (row === list.count - 1 && list.contentY > before)
                list.contentY += list.leap;
        }
    }
    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 1
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.large ? implicitHeight + 8 : 44
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Label {
                text: qsTr("Basket")
                strong: true
                font.pixelSize: Theme.textStrong
                Layout.fillWidth: true
                Accessible.role: Accessible.Heading
            }
            Label {
                visible: !panel.sale.isEmpty
                text: panel.sale.piecesText
                muted: true
            }
        }
        Rectangle {
            color: Theme.hairline
            Layout.fillWidth: true
            Layout.preferredHeight: 1
        }
        ListView {
            id: list
            readonly property bool large: Theme.large
            readonly property int chosenRow: panel.sale.chosenRow
            readonly property int leap: Math.floor(list.height / 3)
            readonly property string linePlace: qsTr("line %1 of %2")
            readonly property string placeText: list.linePlace.replace("%2", list.count)
            model: panel.sale.lines
            clip: true
            currentIndex: -1
            boundsBehavior: Flickable.StopAtBounds
            reuseItems: true
            activeFocusOnTab: true
            Accessible.role: Accessible.List
            Accessible.name: panel.sale.summary
            Layout.fillWidth: true
            Layout.fillHeight: true
            footer: Item {
                width: list.width
                height: list.leap
            }
            delegate: BasketLine {
                sale: panel.sale
                chosen: index === list.chosenRow
                placeText: list.placeText
                large: list.large
                width: list.width
            }
            EmptyState {
                visible: panel.sale.isEmpty
                width: Math.min(Theme.large ? 300 * Theme.textScale : 300, parent.width - 40)
                anchors.centerIn: parent
                iconName: "scan"
                title: qsTr("Scan the first article")
                hint: qsTr("Or tap a picture, search by name, or key in a number")
            }
            Rectangle {
                anchors.fill: parent
                visible: list.activeFocus
                color: "transparent"
                border.width: Theme.focusLine
                border.color: Theme.focus
                z: 3
            }
        }
        Rectangle {
            color: Theme.hairline
            Layout.fillWidth: true
            Layout.preferredHeight: 1
        }
        GridLayout {
            columns: 2
            rowSpacing: 3
            columnSpacing: 12
            Layout.fillWidth: true
            Layout.margins: 14
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Label {
                visible: panel.sale.discountText !== ""
                text: panel.sale.saleDiscountText === "" ? qsTr("Discount") : qsTr("Discount") + " · " + panel.sale.saleDiscountText
                color: Theme.accentInk
                Layout.fillWidth: true
            }
            Label {
                visible: panel.sale.discountText !== ""
                text: panel.sale.discountText
                figures: true
                color: Theme.accentInk
                Layout.alignment: Qt.AlignRight
            }
            Label {
                visible: panel.sale.depositText !== ""
                text: qsTr("Deposit")
                muted: true
                Layout.fillWidth: true
            }
            Label {
                visible: panel.sale.depositText !== ""
                text: panel.sale.depositText
                figures: true
                muted: true
                Layout.alignment: Qt.AlignRight
            }
            Label {
                text: qsTr("Total")
                strong: true
                font.pixelSize: Theme.textTitle
                Layout.fillWidth: true
                Layout.minimumWidth: Theme.large ? implicitWidth : -1
                Layout.alignment: Theme.large ? Qt.AlignVCenter : Qt.AlignBaseline
            }
            Label {
                text: panel.sale.totalText
                figures: true
                strong: true
                font.pixelSize: Theme.displayTotal
                fontSizeMode: Theme.large ? Text.HorizontalFit : Text.FixedSize
                horizontalAlignment: Theme.large ? Text.AlignRight : Text.AlignLeft
                Layout.alignment: Qt.AlignRight | (Theme.large ? Qt.AlignVCenter : Qt.AlignBaseline)
            }
            Label {
                text: panel.sale.vatText === "" ? " " : qsTr("incl. %1").arg(panel.sale.vatText)
                muted: true
                font.pixelSize: Theme.textSmall
                horizontalAlignment: Text.AlignRight
                Layout.columnSpan: 2
                Layout.fillWidth: true
            }
        }
    }
}
