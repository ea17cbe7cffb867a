"""The schemas of `ledger.db` and `catalog-N.db`, as named steps that run once each."""

import sqlite_utils
from pysqlite3 import dbapi2 as sqlite3
from sqlite_utils.migrations import Migrations

from kiosk.store import spool

ledger = Migrations("ledger")
catalog = Migrations("catalog")


def apply(conn: sqlite3.Connection, name: str) -> None:
    """Take the steps that a file lacks."""
    {"ledger": ledger, "catalog": catalog}[name].apply(sqlite_utils.Database(conn))


@ledger(name="m001_first_sale")
def m001_ledger_first_sale(db: sqlite_utils.Database) -> None:
    """Facts, the cart, shifts, rows of the device scope, wrong PINs, and the print spool."""
    for statement in _LEDGER + _statements(spool.SCHEMA):
        db.execute(statement)


@ledger(name="m002_rights")
def m002_ledger_rights(db: sqlite_utils.Database) -> None:
    """What was done with rights to promise goods; no fact before this step had to do with them."""
    for statement in _RIGHTS:
        db.execute(statement)


@ledger(name="m003_lives")
def m003_ledger_lives(db: sqlite_utils.Database) -> None:
    """What a terminal keeps of the one that it follows; one that follows nobody keeps nothing."""
    for statement in _LIVES:
        db.execute(statement)


@ledger(name="m004_held")
def m004_ledger_held(db: sqlite_utils.Database) -> None:
    """What the hub holds of this terminal; the hub tells it again with its next answer."""
    db.execute(_HELD)


@ledger(name="m005_journal")
def m005_ledger_journal(db: sqlite_utils.Database) -> None:
    """What facts are found by: who, which receipt, how much; made once for the facts that are there already."""
    for statement in _JOURNAL:
        db.execute(statement)


@ledger(name="m006_suspended")
def m006_ledger_suspended(db: sqlite_utils.Database) -> None:
    """Sales that were put aside; before this step there was one cart at most."""
    db.execute(_SUSPENDED)


@ledger(name="m007_returned")
def m007_ledger_returned(db: sqlite_utils.Database) -> None:
    """What came back of each receipt; before this step nothing could."""
    db.execute(_RETURNED)


@ledger(name="m008_vouchers")
def m008_ledger_vouchers(db: sqlite_utils.Database) -> None:
    """What was paid with numbered vouchers; before this step none was taken by its number."""
    db.execute(_VOUCHERS)


@ledger(name="m009_accounts")
def m009_ledger_accounts(db: sqlite_utils.Database) -> None:
    """Gift cards and store credit as accounts: what was paid with them so far is in the table of vouchers, and is no more there."""
    for statement in _ACCOUNTS:
        db.execute(statement)


@ledger(name="m010_customers")
def m010_ledger_customers(db: sqlite_utils.Database) -> None:
    """The words by which customers are found; whom a newer hub has told already is indexed at the start that follows."""
    for statement in _CUSTOMERS:
        db.execute(statement)


@ledger(name="m011_orders")
def m011_ledger_orders(db: sqlite_utils.Database) -> None:
    """Which facts are about which order, and addresses on their way to the hub; before this step there were no orders."""
    for statement in _ORDERS:
        db.execute(statement)


@ledger(name="m012_stock_work")
def m012_ledger_stock_work(db: sqlite_utils.Database) -> None:
    """Stock work that is under way; before this step nobody did any at a terminal."""
    for statement in _STOCK_WORK:
        db.execute(statement)


@ledger(name="m014_budgets")
def m014_ledger_budgets(db: sqlite_utils.Database) -> None:
    """What was taken from budgets of promotions; before this step no sale was priced under one."""
    db.execute(_BUDGETS)


@ledger(name="m015_new_customers")
def m015_ledger_new_customers(db: sqlite_utils.Database) -> None:
    """New customers on their way to the hub; before this step none was made at a till."""
    db.execute(_NEW_CUSTOMERS)


@ledger(name="m017_asked_orders")
def m017_ledger_asked_orders(db: sqlite_utils.Database) -> None:
    """Orders of other stores that the hub was asked for; before this step nothing of them came back here."""
    db.execute(_ASKED_ORDERS)


@ledger(name="m018_single_purpose")
def m018_ledger_single_purpose(db: sqlite_utils.Database) -> None:
    """What a single-purpose voucher is good for (accounts from before: everything), and the journal of tills that were before."""
    db.execute("ALTER TABLE accounts ADD COLUMN good_for TEXT NOT NULL DEFAULT ''")
    for statement in _PAST_JOURNAL:
        db.execute(statement)


@ledger(name="m020_failed_jobs")
def m020_ledger_failed_jobs(db: sqlite_utils.Database) -> None:
    """Print jobs that failed are found without reading all that were printed."""
    db.execute(spool.FAILED_INDEX)


@ledger(name="m023_signatures")
def m023_ledger_signatures(db: sqlite_utils.Database) -> None:
    """Signatures for goods on their way to the hub; before this step nobody signed on a screen."""
    db.execute(_SIGNATURES)


@catalog(name="m001_first_sale")
def m001_catalog_first_sale(db: sqlite_utils.Database) -> None:
    """Rows as the hub sent them, and what is looked up by: barcode, category, words."""
    for statement in _CATALOG:
        db.execute(statement)


def _statements(script: str) -> list[str]:
    # Not executescript: that commits first, and the step and its record must be one transaction.
    return [part for part in script.split(";") if part.strip()]


_LEDGER = _statements(
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
    CREATE TABLE facts (
        seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, day TEXT NOT NULL, data BLOB NOT NULL,
        hash BLOB NOT NULL, signature BLOB NOT NULL
    ) STRICT;
    CREATE INDEX facts_by_day ON facts (day, kind);
    CREATE TABLE sales (
        sale TEXT PRIMARY KEY, receipt TEXT NOT NULL UNIQUE, number INTEGER NOT NULL UNIQUE, seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tickets (ticket TEXT PRIMARY KEY, receipt TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE cart_events (
        sale TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, event TEXT NOT NULL, PRIMARY KEY (sale, n)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE device_rows (
        entity TEXT NOT NULL, key TEXT NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (entity, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE cursors (
        scope TEXT PRIMARY KEY, epoch INTEGER NOT NULL, rev INTEGER NOT NULL, digest BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE new_pins (
        number TEXT PRIMARY KEY, pin_hash TEXT NOT NULL, replaces TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE attempts (
        number TEXT PRIMARY KEY, wrong INTEGER NOT NULL, last_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
)

_RIGHTS = _statements(
    """
    CREATE TABLE rights_spent (
        store TEXT NOT NULL, article TEXT NOT NULL, used INTEGER NOT NULL, returned INTEGER NOT NULL,
        transferred INTEGER NOT NULL, received INTEGER NOT NULL, gone TEXT NOT NULL, got TEXT NOT NULL,
        PRIMARY KEY (store, article)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE rights_promises (
        promise TEXT PRIMARY KEY, store TEXT NOT NULL, article TEXT NOT NULL, quantity INTEGER NOT NULL, reason TEXT NOT NULL,
        serials TEXT NOT NULL, over_right INTEGER NOT NULL, lease INTEGER NOT NULL, state TEXT NOT NULL, seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE rights_transfers (transfer TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE rights_idle (
        store TEXT NOT NULL, article TEXT NOT NULL, held INTEGER NOT NULL, since_ms INTEGER NOT NULL,
        PRIMARY KEY (store, article)
    ) STRICT, WITHOUT ROWID;
    """
)

_CATALOG = (
    """CREATE TABLE catalog_rows (
        entity TEXT NOT NULL, key TEXT NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (entity, key)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE cursors (
        scope TEXT PRIMARY KEY, epoch INTEGER NOT NULL, rev INTEGER NOT NULL, digest BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE article (
        id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, style TEXT NOT NULL, category TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX article_by_style ON article (style)",
    "CREATE INDEX article_by_category ON article (category, style, id)",
    "CREATE TABLE barcode (gtin TEXT NOT NULL, article TEXT NOT NULL, PRIMARY KEY (gtin, article)) STRICT, WITHOUT ROWID",
    "CREATE INDEX barcode_by_article ON barcode (article)",
    """CREATE VIRTUAL TABLE words USING fts5(
        text, content='', contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 2'
    )""",
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab('words', 'row')",
)
_HELD = """
    CREATE TABLE held_at_hub (
        seq INTEGER PRIMARY KEY, reason TEXT NOT NULL, since_ms INTEGER NOT NULL
    ) STRICT
"""

_PAST_JOURNAL = _statements(
    """
    CREATE TABLE past_index (
        n INTEGER PRIMARY KEY, dev TEXT NOT NULL, inc INTEGER NOT NULL, seq INTEGER NOT NULL, UNIQUE (dev, inc, seq)
    ) STRICT;
    INSERT INTO past_index
        SELECT row_number() OVER (ORDER BY json_extract(CAST(data AS TEXT), '$.wall'), inc, seq) - 1099511627776, dev, inc, seq
        FROM past_facts;
    INSERT INTO fact_index
        SELECT n, kind, day, json_extract(text, '$.employee'),
            coalesce(iif(json_type(text, '$.body.receipt') = 'text', json_extract(text, '$.body.receipt'), ''), ''),
            coalesce(
                iif(json_type(text, '$.body.total') = 'integer', json_extract(text, '$.body.total'), NULL),
                iif(json_type(text, '$.body.float') = 'integer', json_extract(text, '$.body.float'), NULL),
                iif(json_type(text, '$.body.amount') = 'integer', json_extract(text, '$.body.amount'), NULL)
            ),
            json_extract(text, '$.wall')
        FROM (SELECT n, kind, day, CAST(data AS TEXT) AS text FROM past_index JOIN past_facts USING (dev, inc, seq))
    """
)
"""As `m005_journal` found this terminal's own; those of the terminals that it follows have numbers below zero."""

_JOURNAL = _statements(
    """
    CREATE TABLE fact_index (
        seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, day TEXT NOT NULL, employee TEXT NOT NULL, receipt TEXT NOT NULL,
        amount INTEGER, at_ms INTEGER NOT NULL
    ) STRICT;
    INSERT INTO fact_index
        SELECT seq, kind, day, json_extract(text, '$.employee'),
            coalesce(iif(json_type(text, '$.body.receipt') = 'text', json_extract(text, '$.body.receipt'), ''), ''),
            coalesce(
                iif(json_type(text, '$.body.total') = 'integer', json_extract(text, '$.body.total'), NULL),
                iif(json_type(text, '$.body.float') = 'integer', json_extract(text, '$.body.float'), NULL),
                iif(json_type(text, '$.body.amount') = 'integer', json_extract(text, '$.body.amount'), NULL)
            ),
            json_extract(text, '$.wall')
        FROM (SELECT seq, kind, day, CAST(data AS TEXT) AS text FROM facts);
    CREATE INDEX fact_index_by_kind ON fact_index (kind, seq);
    CREATE INDEX fact_index_by_day ON fact_index (day, seq);
    CREATE INDEX fact_index_by_employee ON fact_index (employee, seq);
    CREATE INDEX fact_index_by_receipt ON fact_index (receipt, seq) WHERE receipt <> '';
    CREATE INDEX fact_index_by_amount ON fact_index (amount, seq) WHERE amount IS NOT NULL
    """
)

_RETURNED = """
    CREATE TABLE returned (
        receipt TEXT NOT NULL, line INTEGER NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (receipt, line)
    ) STRICT, WITHOUT ROWID
"""

_SUSPENDED = """
    CREATE TABLE suspended (
        sale TEXT PRIMARY KEY, number INTEGER NOT NULL, at_ms INTEGER NOT NULL, employee TEXT NOT NULL, note TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
"""

_LIVES = _statements(
    """
    CREATE TABLE past_facts (
        dev TEXT NOT NULL, inc INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL,
        data BLOB NOT NULL, hash BLOB NOT NULL, signature BLOB NOT NULL, PRIMARY KEY (dev, inc, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE past_sales (
        receipt TEXT PRIMARY KEY, at INTEGER NOT NULL, dev TEXT NOT NULL, inc INTEGER NOT NULL, seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX past_facts_by_day ON past_facts (day, dev, inc, seq)
    """
)

_ACCOUNTS = _statements(
    """
    CREATE TABLE accounts (
        kind TEXT NOT NULL, code TEXT NOT NULL, loaded INTEGER NOT NULL, spent INTEGER NOT NULL, brand TEXT NOT NULL,
        currency TEXT NOT NULL, until_ms INTEGER, PRIMARY KEY (kind, code)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE voucher_answers (
        kind TEXT NOT NULL, code TEXT NOT NULL, at_ms INTEGER NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (kind, code)
    ) STRICT;
    INSERT INTO accounts
        SELECT kind, code, 0, spent, '', '', NULL FROM vouchers WHERE kind IN ('gift_card', 'store_credit');
    DELETE FROM vouchers WHERE kind IN ('gift_card', 'store_credit')
    """
)

_VOUCHERS = """
    CREATE TABLE vouchers (
        kind TEXT NOT NULL, code TEXT NOT NULL, spent INTEGER NOT NULL, receipt TEXT NOT NULL, PRIMARY KEY (kind, code)
    ) STRICT, WITHOUT ROWID
"""

_BUDGETS = """
    CREATE TABLE budgets (
        promotion TEXT PRIMARY KEY, minor INTEGER NOT NULL, uses INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
"""

_NEW_CUSTOMERS = """
    CREATE TABLE new_customers (
        number TEXT PRIMARY KEY, payload BLOB NOT NULL, employee TEXT NOT NULL, at_ms INTEGER NOT NULL
    ) STRICT
"""

_ASKED_ORDERS = """
    CREATE TABLE asked_orders (order_id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, payload BLOB NOT NULL) STRICT
"""

_SIGNATURES = """
    CREATE TABLE order_signatures (
        mark TEXT PRIMARY KEY, order_id TEXT NOT NULL, at_ms INTEGER NOT NULL, strokes TEXT NOT NULL, handed INTEGER NOT NULL
    ) STRICT
"""

_CUSTOMERS = _statements(
    """
    CREATE TABLE customer_words (
        word TEXT NOT NULL, number TEXT NOT NULL, PRIMARY KEY (word, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE customer_lines (number TEXT PRIMARY KEY, line TEXT NOT NULL) STRICT, WITHOUT ROWID
    """
)

_ORDERS = _statements(
    """
    CREATE TABLE order_facts (
        order_id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (order_id, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE order_addresses (
        key TEXT PRIMARY KEY, order_id TEXT NOT NULL, at_ms INTEGER NOT NULL, payload BLOB NOT NULL
    ) STRICT
    """
)

_STOCK_WORK = _statements(
    """
    CREATE TABLE stock_work (id TEXT PRIMARY KEY, number INTEGER NOT NULL, head TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE stock_work_lines (
        work TEXT NOT NULL, article TEXT NOT NULL, n INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY (work, article)
    ) STRICT, WITHOUT ROWID
    """
)
