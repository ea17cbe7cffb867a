"""Who may import whom: the table of the house as data. What has no row may import nothing."""

import sys
from dataclasses import dataclass

OURS = frozenset({"kiosk", "sync", "drivers", "assets", "tests"})
EVERYTHING_OURS = ("kiosk", "sync", "drivers", "assets")
STDLIB = frozenset(sys.stdlib_module_names)

# One SQLite in every process: the system's has a fault in its WAL, see pyproject.toml.
BANNED_STDLIB = {
    "sqlite3": "from pysqlite3 import dbapi2 as sqlite3",
    "telnetlib": "a transport of drivers.transport",
    "distutils": "packaging.version",
}

# The domain computes and never looks around: no clock, chance, environment, files or network.
DOMAIN_STDLIB = frozenset(
    {
        *("__future__", "abc", "base64", "binascii", "bisect", "collections", "contextlib"),
        *("copy", "dataclasses", "datetime", "decimal", "difflib", "enum", "fractions", "functools"),
        *("hashlib", "hmac", "heapq", "itertools", "json", "math", "operator", "re"),
        *("statistics", "string", "struct", "textwrap", "types", "typing", "unicodedata"),
    }
)


@dataclass(frozen=True)
class Row:
    """What a package may import: its own modules always, these of ours, these libraries.

    `stdlib` is None where the whole standard library is allowed.
    """

    package: str
    ours: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    stdlib: frozenset[str] | None = None


SURFACE = ("typer", "click", "rich", "structlog")
SERVER = ("granian", "uvicorn")

TABLE = (
    Row("kiosk.domain", stdlib=DOMAIN_STDLIB),
    Row("kiosk.countries", ("kiosk.domain",), ("stdnum",)),
    Row("kiosk.text", ("kiosk.domain", "kiosk.sentences", "assets"), ("babel",)),
    # The sentences of kiosk.text as a table of their own.
    Row(
        "kiosk.sentences",
        ("kiosk.domain", "kiosk.ordersentences", "kiosk.stocksentences", "kiosk.tabletsentences", "kiosk.vouchersentences"),
    ),
    Row("kiosk.ordersentences"),
    Row("kiosk.stocksentences"),
    Row("kiosk.tabletsentences"),
    Row("kiosk.vouchersentences"),
    # Bytes as typed values, on any thread: whoever reads some goes through it.
    Row("kiosk.decoding", (), ("msgspec",)),
    Row("kiosk.config", ("kiosk.domain",), ("tomlkit", "platformdirs")),
    # A PDF is written by pydyf, with letters that fontTools cuts out of a typeface of ours and bars of python-barcode.
    Row("kiosk.paper", ("kiosk.domain", "kiosk.text", "assets"), ("PIL", "segno", "jinja2", "pydyf", "fontTools", "barcode")),
    Row(
        "kiosk.store",
        ("kiosk.domain", "kiosk.decoding"),
        ("pysqlite3", "sqlite_utils", "msgspec", "zstandard"),
    ),
    Row(
        "kiosk.services",
        (
            "kiosk.domain",
            "kiosk.countries",
            "kiosk.store",
            "kiosk.text",
            "kiosk.config",
            "kiosk.paper",
            "drivers.api",
            "drivers.errors",
        ),
        ("argon2", "biip"),
    ),
    Row(
        "kiosk.ui",
        ("kiosk.services", "kiosk.text", "kiosk.domain", "kiosk.config", "assets"),
        ("PySide6",),
    ),
    Row("kiosk.apps", EVERYTHING_OURS, SURFACE),
    Row("kiosk.commands", EVERYTHING_OURS, SURFACE),
    Row("kiosk.__main__", EVERYTHING_OURS, SURFACE),
    Row("drivers.api", ("kiosk.domain",)),
    Row("drivers.errors", ("kiosk.domain",)),
    Row("drivers.transport", ("drivers.errors",), ("serial", "pyudev", "usb")),
    # The paper it shows bears real codes, drawn by libraries that no driver of ours draws with.
    # Its card terminal makes its own certificate and its own seals.
    Row("drivers.simulated", ("kiosk.domain",), ("PIL", "segno", "barcode", "cryptography", *SERVER)),
    Row("drivers.registry", ("drivers",), ("zeroconf", "pyudev")),
    Row("sync.protocol", ("kiosk.domain", "kiosk.decoding"), ("msgspec", "zstandard")),
    # The one use of cryptography; everybody else is handed sign and verify as callables.
    Row("sync.protocol.signature", ("sync.protocol", "kiosk.domain"), ("cryptography",)),
    # Backups leave the terminal, so they are sealed to a key of the store; signing is another idea.
    Row("sync.protocol.sealing", ("sync.protocol", "kiosk.domain"), ("cryptography",)),
    Row("sync.agent", ("sync.protocol", "kiosk.domain"), ("httpx", "zeroconf", *SERVER)),
    # An example for those who build shops: what it needs beside the hub's API, they would need too.
    Row("sync.webshop", ()),
    Row("sync.connectors.api", ("kiosk.domain",)),
    Row(
        "sync.hub",
        (
            "sync.protocol",
            "sync.connectors.api",
            "kiosk.domain",
            "kiosk.decoding",
            "kiosk.countries",
            "kiosk.text",
            "kiosk.paper",
        ),
        (
            "litestar",
            "sqlalchemy",
            "alembic",
            "psycopg",
            "pysqlite3",
            "jinja2",
            "zeroconf",
            "msgspec",
            "zstandard",
            # Staff PINs are hashed where they are given out.
            "argon2",
            # Product files come as spreadsheets too.
            "openpyxl",
            *SERVER,
            *SURFACE,
        ),
    ),
    # Facts come in hundreds: their signatures are checked by libsodium, beside other threads.
    Row("sync.hub.verifying", ("kiosk.domain",), ("nacl",)),
    Row("assets"),
)

# Siblings have one face and one row; a new one needs none of its own.
DRIVER = Row("drivers.<driver>", ("drivers.api", "drivers.errors", "drivers.transport", "kiosk.domain"))
CONNECTOR = Row("sync.connectors.<shop system>", ("sync.connectors.api", "kiosk.domain"), ("httpx",))
VENDOR_LIBRARIES = {
    # Reads codes in pictures; Pillow gives it the picture.
    "drivers.camera": ("zxingcpp", "PIL"),
    # The encoder and its Dummy printer only; the bytes travel by our own transport.
    "drivers.escpos": ("escpos", "PIL"),
    # The cipher of the terminal's messages; all else of them is ours.
    "drivers.nexo": ("cryptography",),
}
NOT_A_DRIVER = frozenset({"api", "errors", "transport", "simulated", "registry"})

# Who may load code by a name, and why. Names of our modules that stand in these files as text
# count as imports, so the table and the locks hold for them too.
LOADS_BY_NAME = {
    "drivers.registry": "a driver is found by its entry point, a third party's like ours, and loads where it is set",
    "kiosk.__main__": "a window loads without the command line, or the till would start too late",
    "kiosk.commands.line": "a command loads its own modules only: status never loads a window",
    "kiosk.apps.terminal": "the line to the hub loads when the window stands, or the till would start too late",
    "kiosk.services.barcodes": "biip's tables load with the first application identifier that is scanned",
    "sync.hub.__main__": "what serves loads where a hub is served: it is a third of the start of every other command",
    "sync.hub.api.receipts": "what draws a PDF loads with the first one: it takes a third of a second",
    "sync.hub.imports.logos": "what reads pictures loads where a shop has a logo, not with every command",
    "kiosk.store.database": "migrations load sqlite-utils, and only a file that moves forward does",
}


def row_for(module: str) -> Row | None:
    """Find the row of a module: the longest package that holds it, or its kind of sibling."""
    fitting = [row for row in TABLE if module == row.package or module.startswith(row.package + ".")]
    if fitting:
        return max(fitting, key=lambda row: len(row.package))
    parts = module.split(".")
    if parts[0] == "drivers" and len(parts) > 1 and parts[1] not in NOT_A_DRIVER:
        own = f"drivers.{parts[1]}"
        return Row(own, DRIVER.ours, VENDOR_LIBRARIES.get(own, ()))
    if parts[:2] == ["sync", "connectors"] and len(parts) > 2:
        return Row(".".join(parts[:3]), CONNECTOR.ours, CONNECTOR.libraries)
    return None
