"""The hub's own settings: one commented TOML file in its data folder, written at the first start."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from sync.hub.mail.server import MailServer
from sync.hub.plausible import Limits
from sync.hub.problems import HubProblem
from sync.hub.storage.folder import write_whole
from sync.hub.terms import Terms

FILE = "hub.toml"
TEXT = """\
# Settings of this Toonbank hub. Change a value and start the hub again.

[pins]
# What one try of a PIN costs (argon2id): passes, memory in KiB, lanes. Higher is safer and slower on the tills.
time_cost = 2
memory_kib = 19456
lanes = 1

[enrolment]
# Wrong codes from one address within ten minutes before it has to wait.
wrong_codes_max = 10

[database]
# Where the hub keeps everything: empty is hub.db in this folder; postgresql://user:password@host:5432/name is a PostgreSQL
# server that several hub processes may share. With a standby, name both hosts and add ?target_session_attrs=read-write.
url = ""
# Whether a commit there waits for a standby (synchronous_standby_names). Then what is stored also counts as kept elsewhere.
synchronous_standby = false

[feed]
# Days for which the feed's log is kept. A terminal that was away for longer takes a whole snapshot. At least 90.
keep_days = 90

[pictures]
# The largest picture that an import takes, in bytes.
size_max = 1048576

[plausible]
# A fact beyond these is stored, but held until a person has looked at it: money in minor units (10000000 is 100,000.00),
# quantities in thousandths, and how many days its business day may lie before or after the day it arrives.
amount_minor = 10000000
quantity_milli = 10000000
past_days = 400
future_days = 31

[certificate]
# How long a terminal's certificate holds, in days (7 to 3650); it asks for the next one in the last percent of that time
# (1 to 50), and one that was cut off when it ended is still renewed for so many days after the end (0 to 3650).
# Certificates that are out keep what they were made with, until they are renewed.
days = 1095
renew_percent = 8
grace_days = 180

[office]
# Minutes without a click after which an office user has to sign in again.
idle_minutes = 30

[shop]
# Whether webhooks may lead to addresses inside this network (loopback, private), and by http: only for trying things out.
inside_targets = false
# Hours for which a webhook whose target refuses or is away is tried again, before a person is asked.
give_up_hours = 72
# Days within which a service request (a repair, a complaint, a question) is to be dealt with, unless another day is said.
service_days = 7

[mail]
# The mail server by which customers hear of their orders: without a host nobody is written to. tls is "starttls", "tls" (from
# the start) or "none". The sender is an address, or a name with one: Shop <orders@shop.example>.
host = ""
port = 587
tls = "starttls"
user = ""
password = ""
sender = ""
# Hours for which a mail that the server does not take is tried again, before a person is asked.
give_up_hours = 72
"""

FEED_KEEP_DAYS_MIN = 90
"""A shop that closed for a season still catches up by the log."""

MAY_BE_NONE = ("grace_days",)
"""Counts that may be 0."""

PIN_COST_MAX = (100, 1024 * 1024, 16)
"""Passes, memory in KiB and lanes, in the order of the file: every till has to pay them."""


@dataclass(frozen=True, slots=True)
class HubSettings:
    """The settings as one typed table; memory in KiB, sizes in bytes."""

    pin_time_cost: int = 2
    pin_memory_kib: int = 19_456
    pin_lanes: int = 1
    wrong_codes_max: int = 10
    picture_size_max: int = 1_048_576
    plausible: Limits = field(default_factory=Limits)
    office_idle_minutes: int = 30
    database_url: str = field(default="", repr=False)
    synchronous_standby: bool = False
    feed_keep_days: int = FEED_KEEP_DAYS_MIN
    certificate: Terms = field(default_factory=Terms)
    shop_inside_targets: bool = False
    shop_give_up_hours: int = 72
    shop_service_days: int = 7
    mail: MailServer = field(default_factory=MailServer)


def load(folder: Path) -> HubSettings:
    """Read the settings, writing the file with its defaults first where there is none."""
    path = folder / FILE
    if not path.exists():
        write_whole(path, TEXT.encode(), mode=0o600)  # a password may come to stand in it
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        defaults = tomllib.loads(TEXT)
        if loose := [part for part in raw if not isinstance(raw[part], dict)]:
            raise ValueError(f"these stand outside a table such as [pins]: {', '.join(loose)}")
        unknown = [f"[{part}] {name}" for part in raw for name in raw[part] if name not in defaults.get(part, {})]
        if unknown:
            raise ValueError(f"unknown settings: {', '.join(unknown)}")
        merged = {part: {**values, **raw.get(part, {})} for part, values in defaults.items()}
        if wrong := [wish for part, values in merged.items() for wish in _unlike(values, defaults[part])]:
            raise ValueError(f"these have to be {', '.join(wrong)}")
        if over := [name for name, most in zip(merged["pins"], PIN_COST_MAX, strict=True) if merged["pins"][name] > most]:
            raise ValueError(f"no till could check a PIN at this cost: {', '.join(over)}")
        if merged["feed"]["keep_days"] < FEED_KEEP_DAYS_MIN:
            raise ValueError(f"[feed] keep_days has to be {FEED_KEEP_DAYS_MIN} or more")
        if outside := Terms(**merged["certificate"]).faults():
            raise ValueError(f"[certificate] has to have {', '.join(outside)}")
        if missing := MailServer(**merged["mail"]).faults():
            raise ValueError(f"[mail] has to have {', '.join(missing)}")
    except (ValueError, TypeError, AttributeError) as error:
        raise HubProblem("settings.damaged", file=FILE, reason=str(error)) from error
    pins, database = merged["pins"], merged["database"]
    return HubSettings(
        pins["time_cost"], pins["memory_kib"], pins["lanes"], merged["enrolment"]["wrong_codes_max"],
        merged["pictures"]["size_max"], Limits(**merged["plausible"]), merged["office"]["idle_minutes"],
        database["url"], database["synchronous_standby"], merged["feed"]["keep_days"],
        Terms(**merged["certificate"]), merged["shop"]["inside_targets"], merged["shop"]["give_up_hours"],
        merged["shop"]["service_days"], MailServer(**merged["mail"]),
    )  # fmt: skip


def _unlike(values: dict[str, object], defaults: dict[str, object]) -> list[str]:
    """What values should be and are not: of the kind of their defaults, and numbers above 0."""
    wrong = []
    for name, value in values.items():
        if isinstance(defaults[name], bool | str):
            if type(value) is not type(defaults[name]):
                wrong.append(f"{name} {'true or false' if isinstance(defaults[name], bool) else 'a text'}")
        elif not _is_count(value) and not (name in MAY_BE_NONE and type(value) is int and value == 0):
            wrong.append(f"{name} a whole number above 0")
    return wrong


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
