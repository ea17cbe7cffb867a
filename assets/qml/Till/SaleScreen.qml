// T3: the basket left, goods in the middle, the keypad and Pay right; what can be done with a line below.
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Item {
    id: screen
    required property TillModel till
    readonly property bool narrow: screen.width < 1200

    RowLayout {
        anchors.fill: parent
        anchors.margins: 12
        spacing: 12

        ColumnLayout {
            spacing: 12
            Layout.fillWidth: true
            Layout.fillHeight: true
            RowLayout {
                spacing: 12
                Layout.fillWidth: true
                Layout.fillHeight: true
                BasketPanel {
                    sale: screen.till.sale
                    Layout.preferredWidth: screen.narrow ? 364 : screen.width > 1700 ? 560 : 450
                    Layout.maximumWidth: Layout.preferredWidth
                    Layout.fillHeight: true
                }
                GoodsPanel {
                    till: screen.till
                    goods: screen.till.goods
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                }
            }
            ActionBar {
                till: screen.till
                sale: screen.till.sale
                Layout.fillWidth: true
            }
        }
        SalePad {
            till: screen.till
            sale: screen.till.sale
            Layout.preferredWidth: screen.narrow ? 226 : screen.width > 1700 ? 320 : 260
            Layout.maximumWidth: Layout.preferredWidth
            Layout.fillHeight: true
        }
    }
}
