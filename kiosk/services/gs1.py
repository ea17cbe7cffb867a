"""GS1 application identifiers, by biip. Loaded by name when a scan has some: its tables are an eighth of a till's start."""

from biip import ParseError
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message

from kiosk.services.digitallink import Pairs


def pairs_of(message: str) -> Pairs | None:
    """The pairs of an element string in order; None where it is none."""
    try:
        found = GS1Message.parse(message)
    except (ParseError, ValueError):
        return None
    return tuple((each.ai.ai, each.value) for each in found.element_strings)


def fits(key: str, value: str) -> bool:
    """Whether `value` is one that the application identifier `key` may have."""
    try:
        element = GS1ElementString.extract(key + value)
    except (ParseError, ValueError):
        return False
    return bool(element.ai.ai == key and element.value == value)
