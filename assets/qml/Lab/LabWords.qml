// The words for what the simulators call by a code.
pragma Singleton
import QtQuick

QtObject {
    readonly property var effects: ({
        "paper_out": qsTr("Paper out"),
        "paper_near_end": qsTr("Paper near end"),
        "cover_open": qsTr("Cover open"),
        "cutter_jam": qsTr("Cutter jammed"),
        "off": qsTr("Power off"),
        "power_cycle": qsTr("Off and on"),
        "cut_line": qsTr("Cut the line"),
        "stall": qsTr("No answer"),
        "slow": qsTr("Slow line"),
        "drop_reply": qsTr("Lose answers"),
        "half_reply": qsTr("Half answers"),
        "double_reply": qsTr("Double answers"),
        "garble": qsTr("Garble answers")
    })
    readonly property var groups: ({
        "printer": qsTr("Printer"),
        "power": qsTr("Power"),
        "line": qsTr("Line")
    })
    readonly property var sources: ({
        "printer-in": qsTr("to printer"),
        "printer-out": qsTr("from printer"),
        "printer-lost": qsTr("answer lost"),
        "scanner-out": qsTr("from scanner"),
        "scanner-in": qsTr("to scanner")
    })
}
