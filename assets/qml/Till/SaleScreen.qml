// T3: the basket left, goods in the middle, the keypad and Pay right; what can be done with a line below. In large text on a
// small screen the keypad folds away: a button or a keyed digit brings it, in place of the goods. On an upright screen the goods
// stand below the basket.
pragma ComponentBehavior: Bound
import QtQuick
import Toonbank
import Parts

Item {
    id: screen
    required property TillModel till
    readonly property bool narrow: screen.width < 1200
    // In a hand: no keypad and no row of keys beside it, but large ones below.
    readonly property bool held: screen.till.isTablet
    readonly property bool isUpright: screen.width < 1000 && screen.height > screen.width && !screen.folded
    readonly property bool folded: Theme.large && screen.width / Theme.textScale < 800 && !screen.held
    readonly property int floor: screen.held ? thumbs.y : actions.y
    property bool keypadWanted: false
    readonly property bool keypadOut: screen.folded && !screen.till.camera.isOpen && (screen.keypadWanted || screen.till.sale.entryText !== "")
    readonly property int edge: 12
    readonly property int padWidth: screen.folded ? 340 : screen.narrow ? 226 : screen.width > 1700 ? 320 : 260
    readonly property int basketWidth: screen.folded ? (screen.width - 3 * screen.edge) / 2 : screen.isUpright ? screen.leftWidth : screen.narrow ? 364 : screen.width > 1700 ? 560 : 450
    readonly property int leftWidth: screen.held ? screen.width - 2 * screen.edge : screen.width - screen.padWidth - 3 * screen.edge

    Connections {
        target: screen.till
        function onSearchWanted() {
            screen.keypadWanted = false;
        }
    }
    BasketPanel {
        id: basket
        sale: screen.till.sale
        customerName: screen.till.more.customer.nameText
        x: screen.edge
        y: screen.edge
        width: screen.keypadOut ? screen.leftWidth : screen.basketWidth
        height: screen.isUpright ? Math.round((screen.floor - 3 * screen.edge) * (screen.held ? 0.42 : 0.5)) : screen.floor - 2 * screen.edge
    }
    GoodsPanel {
        id: goods
        visible: !screen.keypadOut && !sight.active
        till: screen.till
        goods: screen.till.goods
        x: screen.isUpright ? screen.edge : basket.x + basket.width + screen.edge
        y: screen.isUpright ? basket.y + basket.height + screen.edge : screen.edge
        width: screen.isUpright ? screen.leftWidth : screen.folded ? screen.basketWidth : screen.leftWidth - screen.basketWidth - screen.edge
        height: screen.floor - y - screen.edge
    }
    Loader {
        id: sight
        active: screen.till.camera.isOpen && screen.till.dialog === ""
        x: goods.x
        y: goods.y
        width: goods.width
        height: goods.height
        sourceComponent: CameraSheet { camera: screen.till.camera; hasWayOut: !screen.held }
    }
    ThumbBar {
        id: thumbs
        visible: screen.held
        till: screen.till
        sale: screen.till.sale
        x: screen.edge
        y: screen.height - screen.edge - height
        width: screen.width - 2 * screen.edge
    }
    ActionBar {
        id: actions
        visible: !screen.held
        till: screen.till
        sale: screen.till.sale
        folded: screen.folded
        keypadOut: screen.keypadOut
        x: screen.edge
        y: screen.height - screen.edge - height
        width: screen.leftWidth
        onKeypadWanted: out => {
            screen.keypadWanted = out;
            if (!out)
                screen.till.sale.clear();
        }
    }
    SalePad {
        visible: !screen.held
        till: screen.till
        sale: screen.till.sale
        payOnly: screen.folded && !screen.keypadOut
        x: screen.leftWidth + 2 * screen.edge
        y: payOnly ? actions.y : screen.edge
        width: screen.padWidth
        height: payOnly ? actions.height : screen.height - 2 * screen.edge
    }
}
