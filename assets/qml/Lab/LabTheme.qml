// Colours, sizes and letters of the lab, in one place so that a theme can replace them.
pragma Singleton
import QtQuick

QtObject {
    readonly property color bench: "#e7ebf0"
    readonly property color card: "#ffffff"
    readonly property color edge: "#8793a3"
    readonly property color faintEdge: "#c9d1db"
    readonly property color ink: "#17202c"
    readonly property color quietInk: "#4a5869"
    readonly property color accent: "#1457b8"
    readonly property color accentInk: "#ffffff"
    readonly property color pressed: "#dbe6f7"
    readonly property color alarm: "#b34700"
    readonly property color alarmSoft: "#fdeadb"
    readonly property color alarmInk: "#7a2f00"

    readonly property color machine: "#2b333f"
    readonly property color machineLight: "#3d4857"
    readonly property color machineDark: "#171c24"
    readonly property color machineInk: "#f2f5f9"
    readonly property color lampOn: "#58c4ff"
    readonly property color lampAlarm: "#ff9a3d"
    readonly property color lampOff: "#59636f"
    readonly property color paper: "#ffffff"
    readonly property color paperEdge: "#cfc9ba"
    readonly property color drawerInside: "#6d7886"
    readonly property color coin: "#d8b45a"
    readonly property color note: "#9bb48f"

    readonly property color wireIn: "#1457b8"
    readonly property color wireOut: "#7a2f00"

    readonly property string family: "Inter"
    readonly property string monoFamily: "IBM Plex Mono"
    readonly property int small: 13
    readonly property int normal: 15
    readonly property int large: 20
    readonly property int gap: 12
    readonly property int radius: 8
    readonly property int target: 44
}
