"""Whether everybody can use a page: names and landmarks from Chromium's own accessibility tree, the rest as it is drawn."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.chromium import Window

HERE = Path(__file__).parent
EYE, FOCUS = ((HERE / f"{name}.js").read_text("utf-8") for name in ("eye", "focus"))
USED = frozenset(
    ("button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "spinbutton", "Date", "DisclosureTriangle",
     "slider", "menuitem", "tab", "listbox", "radiogroup", "navigation")
)  # fmt: skip
"""Roles that say nothing to somebody who only hears their names, unless they have one."""
STILL_HERE = "still here"
BEGIN = """() => {
  window.walked = new Map()
  const top = document.createElement('span')
  top.tabIndex = -1
  document.body.prepend(top)
  top.focus()
  top.remove()
  scrollTo(0, 0)
}"""
MISSED = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(one => one.checkVisibility() && !one.disabled && !walked.has(one))
  .filter(one => one.type !== 'radio' || ![...walked.keys()].some(other => other.name === one.name))
  .map(one => (one.textContent || one.name || one.tagName).trim())"""


@dataclass(frozen=True, slots=True)
class Node:
    """What a screen reader is told of one thing."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the Tab key came to."""

    name: str
    kind: str
    is_seen: bool
    is_there: bool


def tree(window: Window) -> list[Node]:
    """The page as assistive technology gets it, from the top."""
    nodes: list[dict[str, Any]] = window.line.send("Accessibility.getFullAXTree")["nodes"]
    return [Node(_value(one, "role"), _value(one, "name").strip()) for one in nodes if not one["ignored"]]


def faults(window: Window) -> list[str]:
    """What is wrong with a page for somebody who hears it, sees little of it, or holds it in one hand; nothing is the aim."""
    window.page.wait_for_load_state("load")  # before its style sheet is there a page looks like another
    heard = tree(window)
    roles = [one.role for one in heard]
    found = [f"a {one.role} without a name" for one in heard if one.role in USED | {"image"} and not one.name]
    found += [f"{roles.count(role)} of {role}" for role in ("main", "banner") if roles.count(role) != 1]
    places = [one for one in heard if one.role in ("navigation", "region", "search")]
    found += sorted({f"two of {one.role} {one.name}" for one in places if places.count(one) > 1})
    found += [] if window.page.title() else ["a page without a title"]
    drawn: list[str] = window.page.evaluate(EYE)
    return found + drawn


def walk(window: Window) -> list[Stop]:
    """Press Tab from the top of the page until it is through; each stop in its order. Everything that can be used has to be one."""
    page = window.page
    page.evaluate(BEGIN)
    stops: list[Stop] = []
    page.keyboard.press("Tab")
    while (at := page.evaluate(FOCUS)) is not None:
        stops += [] if at == STILL_HERE else [Stop(at["name"], at["kind"], at["isSeen"], at["isThere"])]
        page.keyboard.press("Tab")
    missed = page.evaluate(MISSED)
    assert not missed, f"the keyboard never comes to {missed}, only to {stops}"
    return stops


def _value(node: dict[str, Any], name: str) -> str:
    return str(node.get(name, {}).get("value", ""))
