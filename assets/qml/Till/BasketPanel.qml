// The basket: newest line at the bottom and marked, then what it comes to.
pragma ComponentBehavior: Bound
import QtQuick
import Toonbank
import Parts

Card {
    id: panel
    required property SaleModel sale
    required property string customerName

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
    // Placed by anchors: in nested layouts each new total arranged the whole panel anew before a scan was painted.
    component SumLine: Item {
        id: line
        property alias title: title.text
        property alias amount: amount.text
        property bool muted: false
        property color ink: line.muted ? Theme.inkMuted : Theme.ink
        visible: amount.text !== ""
        width: parent?.width ?? 0
        height: Math.max(title.height, amount.height)
        Label {
            id: title
            color: line.ink
            anchors.left: parent.left
            anchors.right: amount.left
            anchors.rightMargin: 12
        }
        Label {
            id: amount
            figures: true
            color: line.ink
            anchors.right: parent.right
        }
    }
    Item {
        id: header
        height: Theme.large ? heading.height + 8 : 44
        anchors.top: parent.top
        anchors.topMargin: 1
        anchors.left: parent.left
        anchors.leftMargin: 17
        anchors.right: parent.right
        anchors.rightMargin: 17
        Icon {
            id: face
            visible: panel.customerName !== ""
            name: "user"
            colour: Theme.accentInk
            anchors.left: parent.left
            anchors.verticalCenter: parent.verticalCenter
        }
        Label {
            id: heading
            text: panel.customerName !== "" ? panel.customerName : qsTr("Basket")
            strong: true
            color: panel.customerName !== "" ? Theme.accentInk : Theme.ink
            font.pixelSize: Theme.textStrong
            elide: Text.ElideRight
            anchors.left: face.visible ? face.right : parent.left
            anchors.leftMargin: face.visible ? 8 : 0
            anchors.right: pieces.left
            anchors.rightMargin: 8
            anchors.verticalCenter: parent.verticalCenter
            Accessible.role: Accessible.Heading
        }
        Label {
            id: pieces
            visible: !panel.sale.isEmpty
            text: panel.sale.piecesText
            muted: true
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    Rectangle {
        color: Theme.hairline
        height: 1
        anchors.top: header.bottom
        anchors.left: list.left
        anchors.right: list.right
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
        // A call for help above, or a sum below, takes room: the chosen line stays in view.
        onHeightChanged: if (list.chosenRow >= 0) list.positionViewAtIndex(list.chosenRow, ListView.Contain)
        Accessible.role: Accessible.List
        Accessible.name: panel.sale.summary
        anchors.top: header.bottom
        anchors.topMargin: 1
        anchors.bottom: sums.top
        anchors.bottomMargin: 15
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: 1
        anchors.rightMargin: 1
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
        height: 1
        anchors.top: list.bottom
        anchors.left: list.left
        anchors.right: list.right
    }
    Column {
        id: sums
        spacing: 3
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 15
        anchors.left: parent.left
        anchors.leftMargin: 17
        anchors.right: parent.right
        anchors.rightMargin: 17
        SumLine {
            title: panel.sale.saleDiscountText === "" ? qsTr("Discount") : qsTr("Discount") + " · " + panel.sale.saleDiscountText
            amount: panel.sale.discountText
            ink: Theme.accentInk
        }
        SumLine {
            title: qsTr("Deposit")
            amount: panel.sale.depositText
            muted: true
        }
        Item {
            width: sums.width
            height: Math.max(total.height, due.height)
            Label {
                id: due
                text: qsTr("Total")
                strong: true
                font.pixelSize: Theme.textTitle
                y: Theme.large ? (parent.height - height) / 2 : total.baselineOffset - baselineOffset
                anchors.left: parent.left
            }
            Label {
                id: total
                text: panel.sale.totalText
                figures: true
                strong: true
                font.pixelSize: Theme.displayTotal
                fontSizeMode: Theme.large ? Text.HorizontalFit : Text.FixedSize
                horizontalAlignment: Text.AlignRight
                anchors.left: due.right
                anchors.leftMargin: 12
                anchors.right: parent.right
                anchors.verticalCenter: Theme.large ? parent.verticalCenter : undefined
            }
        }
        Label {
            // Each read once: the words and their translation are asked for in Python.
            readonly property string inside: panel.sale.vatText
            readonly property string including: qsTr("incl. %1")
            text: inside === "" ? " " : including.arg(inside)
            muted: true
            font.pixelSize: Theme.textSmall
            horizontalAlignment: Text.AlignRight
            width: sums.width
        }
    }
}
