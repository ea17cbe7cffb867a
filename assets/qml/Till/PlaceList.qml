// Where it is: here, then the nearest others that have some, each with the age of what is known.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

ColumnLayout {
    id: list
    required property ItemModel item

    spacing: 10
    Label {
        text: list.item.unknownText
        visible: list.item.unknownText !== ""
        muted: true
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    Flickable {
        id: view
        implicitHeight: rows.implicitHeight
        contentHeight: rows.implicitHeight
        interactive: contentHeight > height + 1
        clip: interactive
        boundsBehavior: Flickable.StopAtBounds
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.minimumHeight: Theme.large ? rows.implicitHeight : Math.min(rows.implicitHeight, 96)
        ColumnLayout {
            id: rows
            width: view.width
            spacing: 10
            Repeater {
                model: list.item.places
                RowLayout {
                    id: place
                    required property string name
                    required property string amount
                    required property string detail
                    required property string spoken
                    required property bool here
                    required property bool soldOut
                    required property bool old
                    required property bool warehouse
                    spacing: 8
                    Layout.fillWidth: true
                    Accessible.role: Accessible.StaticText
                    Accessible.name: place.spoken
                    Icon {
                        name: place.here ? "map-pin" : place.warehouse ? "package" : "store"
                        side: Theme.large ? 24 : 16
                        colour: place.here ? Theme.accentInk : Theme.inkMuted
                        Layout.alignment: Qt.AlignTop
                        Layout.topMargin: 2
                    }
                    ColumnLayout {
                        spacing: 0
                        Layout.fillWidth: true
                        Label {
                            text: place.here ? qsTr("Here") : place.name
                            strong: place.here
                            wrapMode: Text.Wrap
                            elide: Text.ElideNone
                            Layout.fillWidth: true
                            Accessible.ignored: true
                        }
                        RowLayout {
                            spacing: 5
                            Layout.fillWidth: true
                            Icon {
                                visible: place.old
                                name: "clock"
                                side: Theme.large ? 20 : 14
                                colour: Theme.warn
                                Layout.alignment: Qt.AlignTop
                                Layout.topMargin: 1
                            }
                            Label {
                                text: place.detail
                                muted: !place.old
                                color: place.old ? Theme.warn : Theme.inkMuted
                                font.pixelSize: Theme.textSmall
                                wrapMode: Text.WordWrap
                                elide: Text.ElideNone
                                Layout.fillWidth: true
                                Accessible.ignored: true
                            }
                        }
                    }
                    Label {
                        text: place.amount
                        strong: true
                        figures: true
                        color: place.soldOut ? Theme.warn : Theme.ink
                        font.pixelSize: Theme.textStrong
                        Layout.alignment: Qt.AlignTop
                        Accessible.ignored: true
                    }
                }
            }
            Label {
                text: list.item.restText
                visible: list.item.restText !== ""
                muted: true
                font.pixelSize: Theme.textSmall
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
        }
    }
}
