"""The states that a campaign must come to: if one never came about, it was not tested, and the campaign fails."""

STATES: dict[str, bool] = {
    "snapshot taken in": True,
    "snapshot in an outage": True,
    "digest did not fit": True,
    "disk full": True,
    "restarted after a disk fault": True,
    "duplicate delivery": True,
    "cursor ahead": False,
    "hub in doubt": False,
    "hub recovering": False,
    "readmitted": False,
    "fork": False,
    "held fact": False,
    "held fact projected after an upgrade": False,
    "promised": False,
    "grant exhausted": False,
    "reclaim": False,
    "transfer": False,
    "count": False,
    "reserved": False,
    "reservation refused": False,
    "rights written off": False,
    "replacement": False,
    "certificate renewed": False,
}
"""Each state, and whether it can come about with the quick hub as well."""
