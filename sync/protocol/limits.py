"""The limits of the protocol: every queue, batch, wait and retry has one."""

PROTO = "1.1"
"""Version of the protocol, `major.minor`; see sync/protocol/versions.py for what serves what."""

PUSH_FACTS_MAX = 200
PUSH_BYTES_MAX = 256 * 1024
BODY_BYTES_MAX = 4 * 1024 * 1024
FEED_ROWS_MAX = 500
CHUNK_ROWS_MAX = 5_000
FEED_WAIT_S = 25
BACKOFF_FIRST_MS = 1_000
BACKOFF_LAST_MS = 60_000
HERD_SPREAD_MS = 30_000
REQUEST_SKEW_MS_MAX = 10 * 60_000
WATCHDOG_MS = 5 * 60_000
CODE_VALID_S = 10 * 60
BATCH_CODE_VALID_S_MAX = 72 * 3600
RENEW_BEFORE_MS = 90 * 86_400_000
"""A certificate that does not say from when on is renewed from so long before its end."""

SKEW_STOP_MS = 10 * 60_000
"""A clock that is further off than this gives out no promised goods."""

IDEMPOTENCY_DAYS = 90
"""Answers are kept at least so long for a repeat: a terminal may sleep in a drawer for weeks."""
