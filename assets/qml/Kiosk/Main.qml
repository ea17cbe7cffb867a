// The kiosk's window: one page, the bars around it, and what may stand over it.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Window
import Toonbank

Window {
    id: window
    required property KioskModel kiosk
    readonly property bool framed: window.kiosk.page !== "attract" && window.kiosk.page !== "closed"
    readonly property bool barred: window.kiosk.page === "browse" || window.kiosk.page === "basket"
        || (window.kiosk.page === "search" && !window.kiosk.reach)

    width: 1080
    height: 1920
    title: window.kiosk.brandName
    color: Theme.page

    Item {
        id: root
        anchors.fill: parent
        focus: true
        Keys.onEscapePressed: window.kiosk.back()
        Keys.onDownPressed: root.step(true)
        Keys.onRightPressed: root.step(true)
        Keys.onUpPressed: root.step(false)
        Keys.onLeftPressed: root.step(false)

        // What has the keyboard is scrolled into sight.
        Connections {
            target: window
            function onActiveFocusItemChanged() {
                root.reveal(window.activeFocusItem);
            }
        }
        function reveal(item: Item) {
            for (let view = item ? item.parent : null; view; view = view.parent) {
                const sheet = view as Flickable;
                if (!sheet || sheet.contentHeight <= sheet.height || item instanceof Flickable)
                    continue;
                const top = item.mapToItem(sheet.contentItem, 0, 0).y;
                const most = sheet.contentHeight - sheet.height;
                if (top < sheet.contentY)
                    sheet.contentY = Math.max(0, top - 20);
                else if (top + item.height > sheet.contentY + sheet.height)
                    sheet.contentY = Math.min(most, top + item.height - sheet.height + 20);
                return;
            }
        }
        function step(forward: bool) {
            const next = window.activeFocusItem.nextItemInFocusChain(forward);
            if (next)
                next.forceActiveFocus(forward ? Qt.TabFocusReason : Qt.BacktabFocusReason);
        }

        ReachGround {
            kiosk: window.kiosk
            visible: window.kiosk.reach && window.framed
            width: parent.width
            height: parent.height / 2
        }
        Item {
            id: frame
            anchors.fill: parent
            anchors.topMargin: window.kiosk.reach && window.framed ? parent.height / 2 : 0
            enabled: window.kiosk.panel === "" && !window.kiosk.isAsking

            HeaderBar {
                id: header
                kiosk: window.kiosk
                visible: window.framed
                width: parent.width
                height: visible ? implicitHeight : 0
            }
            OfflineLine {
                id: offline
                visible: window.framed && window.kiosk.isOffline
                anchors.top: header.bottom
                width: parent.width
                height: visible ? implicitHeight : 0
            }
            Loader {
                id: stage
                anchors.top: offline.bottom
                anchors.bottom: bar.top
                width: parent.width
                focus: true
                sourceComponent: window.pageOf(window.kiosk.page)
                onLoaded: (stage.item as Item).forceActiveFocus()
            }
            BasketBar {
                id: bar
                kiosk: window.kiosk
                visible: window.barred
                anchors.bottom: parent.bottom
                width: parent.width
                height: visible ? implicitHeight : 0
                nextText: window.kiosk.page === "basket" ? qsTr("Make my ticket") : qsTr("View basket")
                nextIcon: window.kiosk.page === "basket" ? "ticket" : "basket"
                onNext: window.kiosk.page === "basket" ? window.kiosk.basket.makeTicket() : window.kiosk.openBasket()
            }
            Toast {
                kiosk: window.kiosk
                anchors.bottom: bar.visible ? bar.top : parent.bottom
                anchors.bottomMargin: bar.visible ? 16 : 200
                x: window.kiosk.page === "browse" ? 262 : 28
                width: parent.width - x - 28
            }
        }
        Loader {
            id: over
            anchors.fill: parent
            active: window.kiosk.panel !== ""
            enabled: !window.kiosk.isAsking
            sourceComponent: window.kiosk.panel === "help" ? help : window.kiosk.panel === "access" ? access : notice
            onLoaded: (over.item as Item).forceActiveFocus()
            onActiveChanged: if (!over.active && stage.item) (stage.item as Item).forceActiveFocus()
        }
        Loader {
            id: asking
            anchors.fill: parent
            active: window.kiosk.isAsking
            sourceComponent: stillThere
            onLoaded: (asking.item as Item).forceActiveFocus()
            onActiveChanged: if (!asking.active && stage.item) ((over.item ?? stage.item) as Item).forceActiveFocus()
        }
    }

    function pageOf(page: string): Component {
        switch (page) {
        case "browse":
            return browse;
        case "search":
            return search;
        case "item":
            return article;
        case "basket":
            return basket;
        case "ticket":
            return ticket;
        case "reserve":
            return reserve;
        case "reserved":
            return reserved;
        case "attract":
            return attract;
        }
        return closed;
    }
    Component {
        id: attract
        AttractPage {
            kiosk: window.kiosk
        }
    }
    Component {
        id: browse
        BrowsePage {
            kiosk: window.kiosk
        }
    }
    Component {
        id: search
        SearchPage {
            kiosk: window.kiosk
        }
    }
    Component {
        id: article
        ItemPage {
            kiosk: window.kiosk
        }
    }
    Component {
        id: basket
        BasketPage {
            kiosk: window.kiosk
        }
    }
    Component {
        id: ticket
        TicketPage {
            kiosk: window.kiosk
        }
    }
    Component {
        id: reserve
        ReservePage {
            kiosk: window.kiosk
        }
    }
    Component {
        id: reserved
        ReservedPage {
            kiosk: window.kiosk
        }
    }
    Component {
        id: closed
        ClosedPage {
            kiosk: window.kiosk
        }
    }
    Component {
        id: help
        HelpPanel {
            kiosk: window.kiosk
        }
    }
    Component {
        id: access
        AccessPanel {
            kiosk: window.kiosk
        }
    }
    Component {
        id: notice
        NoticePanel {
            kiosk: window.kiosk
        }
    }
    Component {
        id: stillThere
        StillTherePanel {
            kiosk: window.kiosk
        }
    }
}
