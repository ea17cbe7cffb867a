"""The states that a campaign must come to: if one never came about, it was not tested, and the campaign fails."""

STATES: dict[str, bool] = {
    "snapshot taken in": True,
    "digest did not fit": True,
    "disk full": True,
    "restarted after a disk fault": True,
}
"""Each state, and whether it can come about with the quick hub as well."""
