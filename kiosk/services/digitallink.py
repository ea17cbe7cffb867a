"""GS1 Digital Link addresses to pairs of application identifier and value; pure.

Source: GS1 Digital Link Standard: URI syntax. Zero-suppressed GTINs, the old word aliases and a
qualifier in the query are read too: packages carry them, and a printed package cannot be mended.
"""

import re
from urllib.parse import unquote

Pairs = tuple[tuple[str, str], ...]

_ADDRESS = re.compile(
    r"https?://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?"
    r"(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?(?:#.*)?",
    re.IGNORECASE,
)
_QUALIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": ((),),
    "01": (("22", "10", "21"), ("235",)),
    "253": ((),),
    "255": ((),),
    "401": ((),),
    "402": ((),),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8003": ((),),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8013": ((),),
    "8017": (("8019",),),
    "8018": (("8019",),),
}
"""Each primary key with the qualifiers that may follow it, in their order."""
_ALIASES = {
    "gtin": "01",
    "itip": "8006",
    "sscc": "00",
    "gln": "414",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
    "giai": "8004",
    "grai": "8003",
}
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def is_address(text: str) -> bool:
    """Whether the text wants to be a web address.

    >>> is_address("HTTPS://example.com/"), is_address("8710398500526")
    (True, False)
    """
    return text[:8].lower().startswith(("http://", "https://"))


def pairs_of(text: str) -> Pairs | None:
    """The pairs of a Digital Link, the primary key first; None when the address is none.

    Values are unescaped but not checked, except that a short GTIN gets its zeros back.

    >>> pairs_of("https://id.gs1.org/01/9520123456788/10/AB%2F1?17=261231&utm=x")
    (('01', '09520123456788'), ('10', 'AB/1'), ('17', '261231'))
    """
    address = _ADDRESS.fullmatch(text)
    if address is None or _ESCAPE.search(text) or int(address["port"] or 1) > 65535:
        return None
    path = _path_pairs((address["path"] or "").split("/")[1:])
    query = _query_pairs(address["query"] or "")
    if path is None or query is None:
        return None
    pairs = tuple((key, _zeros_back(key, value)) for key, value in path + query)
    keys = [key for key, _ in pairs]
    return None if len(set(keys)) != len(keys) else pairs


def _path_pairs(segments: list[str]) -> list[tuple[str, str]] | None:
    """The pairs at the end of a path, after whatever stem the brand put before them."""
    if segments and segments[-1] == "":
        segments = segments[:-1]
    for start in range(len(segments) - 2, -1, -1):
        rest = segments[start:]
        if len(rest) % 2 == 0:
            keys = [_ALIASES.get(key, key) for key in rest[::2]]
            values = [unquote(value) for value in rest[1::2]]
            if keys[0] in _QUALIFIERS and _in_order(keys[0], keys[1:]):
                return None if "" in values else list(zip(keys, values, strict=True))
    return None


def _in_order(primary: str, qualifiers: list[str]) -> bool:
    """Whether these are qualifiers of this key, none twice, in the order of the standard."""
    for allowed in _QUALIFIERS[primary]:
        places = [allowed.index(each) for each in qualifiers if each in allowed]
        if len(places) == len(qualifiers) and places == sorted(set(places)):
            return True
    return not qualifiers


def _query_pairs(query: str) -> list[tuple[str, str]] | None:
    """The all-digit parameters of the query; others belong to the web and are left alone."""
    pairs = []
    for part in re.split("[&;]", query):
        key, is_pair, value = part.partition("=")
        key = unquote(key)
        if not is_pair or not (key.isascii() and key.isdigit()):
            continue
        if not value:
            return None
        pairs.append((key, unquote(value.replace("+", " "))))
    return pairs


def _zeros_back(key: str, value: str) -> str:
    """A GTIN of 8, 12 or 13 digits in the 14 digits that its identifier asks for."""
    short_gtin = key in ("01", "02") and value.isascii() and value.isdigit()
    return value.zfill(14) if short_gtin and len(value) in (8, 12, 13) else value
