// News across a screen: `kind` is info, warn or bad. Buttons go inside it, at its end.
import QtQuick
import QtQuick.Layouts
import Toonbank

Rectangle {
    id: banner
    required property string iconName
    required property string title
    property string hint: ""
    property string kind: "info"
    // Large text leaves no room for buttons beside it on a narrow banner: they go below.
    readonly property bool stacked: Theme.large && banner.width / Theme.textScale < 480
    default property alias tools: tools.data

    implicitHeight: row.implicitHeight + 20
    radius: Theme.radius
    color: banner.kind === "bad" ? Theme.badSoft : banner.kind === "warn" ? Theme.warnSoft : Theme.goodSoft
    border.width: 1
    border.color: banner.kind === "bad" ? Theme.bad : banner.kind === "warn" ? Theme.warn : Theme.good
    Accessible.role: Accessible.AlertMessage
    Accessible.name: banner.hint === "" ? banner.title : banner.title + ". " + banner.hint

    GridLayout {
        id: row
        anchors.fill: parent
        anchors.margins: 10
        anchors.leftMargin: 16
        columns: banner.stacked ? 2 : 3
        columnSpacing: 12
        rowSpacing: 12
        Icon {
            name: banner.iconName
            side: 24
            colour: banner.border.color
        }
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            Label {
                text: banner.title
                strong: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            Label {
                visible: banner.hint !== ""
                text: banner.hint
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
        }
        RowLayout {
            id: tools
            spacing: Theme.gap
            Layout.columnSpan: banner.stacked ? 2 : 1
        }
    }
}
