// Two keys that turn the page of what scrolls: nothing here needs a swipe.
import QtQuick
import Toonbank

Grid {
    id: keys
    required property Flickable over
    property int side: Theme.kioskTarget + 9
    property bool upright: false
    property real room: keys.over.height

    function turn(way: int) {
        const most = Math.max(0, keys.over.contentHeight - keys.over.height);
        const step = keys.over.height * 0.8;
        keys.over.contentY = Math.min(most, Math.max(0, keys.over.contentY - keys.over.originY + way * step)) + keys.over.originY;
    }

    columns: keys.upright ? 1 : 2
    spacing: Theme.gap + 3
    visible: keys.over.contentHeight > keys.room + 4
    KioskButton {
        width: keys.side
        height: keys.side
        kind: "tile"
        iconName: "chevron-up"
        spoken: qsTr("Scroll up")
        off: keys.over.atYBeginning
        onClicked: keys.turn(-1)
    }
    KioskButton {
        width: keys.side
        height: keys.side
        kind: "tile"
        iconName: "chevron-down"
        spoken: qsTr("Scroll down")
        off: keys.over.atYEnd
        onClicked: keys.turn(1)
    }
}
