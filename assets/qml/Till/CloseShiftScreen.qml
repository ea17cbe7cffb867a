// T15: the shift is closed, step by step: what is unfinished, the count, the difference, the second person, the Z report.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Item {
    id: screen
    required property ClosingModel closing
    // A tablet on its side has no room beside each other: the keys go below.
    readonly property bool upright: screen.width < screen.height
    readonly property int sideWidth: Theme.large ? 400 : 340

    // What large text makes too high for the screen can be scrolled.
    Flickable {
        id: view
        width: Math.min(parent.width - 48, 1420)
        height: Math.min(parent.height - 36, screen.upright ? 1300 : 860)
        anchors.centerIn: parent
        contentHeight: content.height
        clip: view.contentHeight > view.height
        interactive: view.contentHeight > view.height
        boundsBehavior: Flickable.StopAtBounds
        Loader {
            id: content
            width: view.width
            height: Math.max(view.height, content.implicitHeight)
            sourceComponent: screen.closing.step === "start" ? start
                : screen.closing.step === "count" ? count
                : screen.closing.step === "result" ? result
                : screen.closing.step === "sign" ? sign : done
        }
    }

    Component { id: start; CloseStart { closing: screen.closing; upright: screen.upright; sideWidth: screen.sideWidth } }
    Component { id: count; CloseCount { closing: screen.closing; upright: screen.upright; sideWidth: screen.sideWidth } }
    Component { id: result; CloseResult { closing: screen.closing; upright: screen.upright; sideWidth: screen.sideWidth } }
    Component { id: sign; CloseSign { closing: screen.closing; upright: screen.upright; sideWidth: screen.sideWidth } }
    Component { id: done; CloseDone { closing: screen.closing; upright: screen.upright; sideWidth: screen.sideWidth } }
}
