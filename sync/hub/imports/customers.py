"""Reads customers: one row for each, with their home stores and what they agreed to; `leave` forgets them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import ModuleType

import msgspec

from kiosk.countries.known import COUNTRIES
from kiosk.domain.cardnumbers import is_card
from kiosk.domain.customer import CONSENTS, NUMBER_MAX, Customer, is_number
from kiosk.domain.newcustomer import EMAIL_MAX, NAME_MAX, POSTCODE_MAX, is_email
from kiosk.domain.phone import ABROAD, PhonePlan, normal
from sync.hub.imports.cells import short_id, yes_or_no
from sync.hub.imports.columns import CUSTOMERS, Line, check_columns, lines
from sync.hub.imports.faults import Faults
from sync.hub.imports.sheet import Sheet

_LANGUAGE = re.compile("[a-z]{2}")
Places = Mapping[str, Mapping[str, str]]


class CustomerRow(msgspec.Struct, frozen=True, array_like=True):
    """One row of a customer file. Without stores the customer leaves: nothing of them is kept.

    `says` are the purposes that the file has a column for: of others it says nothing, neither given nor taken back.
    """

    line: int
    customer: Customer
    stores: tuple[str, ...]
    says: tuple[str, ...] = ()


def read_customers(sheet: Sheet, places: Places, faults: Faults) -> list[CustomerRow]:
    """Read customers. A telephone number without a country's code is one of the country of the first home store."""
    if not check_columns(sheet, CUSTOMERS, frozenset(places), faults):
        return []
    found: dict[str, CustomerRow] = {}
    for line in lines(sheet, faults):
        number = _number(line)
        leaves = yes_or_no(line.cell("leave"))
        row = CustomerRow(line.number, Customer(number), ()) if leaves else _row(line, number, places)
        other = found.setdefault(number, row)
        if other is not row:
            line.cell("customer").wrong(f"line {other.line} has the same number: give each customer their own")
    return list(found.values())


def _number(line: Line) -> str:
    number = line.needed("customer", NUMBER_MAX).upper()
    if is_card(number):
        line.cell("customer").wrong("this is a bank card's number, which no till keeps: give the customer a number of the shop")
    elif number and not is_number(number):
        line.cell("customer").wrong("not a customer's number: use letters and digits only, without spaces or signs")
    return number


def _row(line: Line, number: str, places: Places) -> CustomerRow:
    stores = _stores(line, places)
    given, infix, family = (line.text(column, NAME_MAX) for column in ("given", "infix", "family"))
    if not (given or family):
        line.cell("family").wrong("a name is needed, given or family; to forget this customer write 1 under leave")
    one = Customer(
        number=number, given=given, infix=infix, family=family,
        phone=_phone(line, places[stores[0]]["country"] if stores else ""), email=_email(line),
        postcode=" ".join(line.text("postcode", POSTCODE_MAX).upper().split()), groups=_groups(line),
        language=_language(line), consents=_consents(line),
    )  # fmt: skip
    return CustomerRow(line.number, one, stores, tuple(purpose for purpose in CONSENTS if purpose in line.by_column))


def _stores(line: Line, places: Places) -> tuple[str, ...]:
    stores = tuple(dict.fromkeys(_parts(line, "stores")))
    for store in stores:
        if store not in places:
            there = ", ".join(sorted(places)) or "none: import the settings first"
            line.faults.add(line.number, "stores", store, f"this store is not known; known are {there}")
    if not stores:
        line.cell("stores").wrong("needed: the stores where this customer buys, between bars; the tills of others are not told")
    return tuple(store for store in stores if store in places)


def _phone(line: Line, country: str) -> str:
    text = line.text("phone", 40)
    if not text:
        return ""
    rules: ModuleType | None = COUNTRIES.get(country)
    plan: PhonePlan = rules.PHONE if rules is not None else ABROAD
    number = normal(text, plan)
    if not number:
        line.cell("phone").wrong("not a whole telephone number: write it as 06 12345678, or with its country as +31 6 12345678")
    return number


def _email(line: Line) -> str:
    text = line.text("email", EMAIL_MAX)
    if text and not is_email(text):
        line.cell("email").wrong("not an e-mail address: write it as name@example.com, or leave it empty")
    return text


def _groups(line: Line) -> tuple[str, ...]:
    found = dict.fromkeys(_parts(line, "groups"))
    return tuple(short_id(replace(line.cell("groups"), text=group)) for group in found)


def _language(line: Line) -> str:
    text = line.text("language", 10)
    if text and not _LANGUAGE.fullmatch(text):
        line.cell("language").wrong("write a language as two small letters, such as nl")
    return text


def _consents(line: Line) -> dict[str, str]:
    """The days of what was agreed to; a purpose without a day was not agreed to, and nothing is ever taken for granted."""
    found: dict[str, str] = {}
    for purpose in CONSENTS:
        text = line.text(purpose, 20)
        if not text:
            continue
        try:
            found[purpose] = date.fromisoformat(text).isoformat()
        except ValueError:
            line.cell(purpose).wrong("not a day: write when it was agreed to as 2026-03-01, or leave it empty")
    return found


def _parts(line: Line, column: str) -> list[str]:
    return [part.strip() for part in line.text(column, 2_000).split("|") if part.strip()]
