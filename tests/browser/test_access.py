"""The checks see what they are for: each fault on a page made for it is named, and a good page has none."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.access import faults, walk
from tests.browser.chromium import NARROW, Window, window

HEAD = '<!doctype html><html lang="nl"><title>t</title><style>:focus-visible { outline: 3px solid #06c }</style>'
BAR = "<header><nav aria-label=a><a href=/>thuis</a></nav></header>"
NOWHERE = "http://127.0.0.1"
GOOD = """<label for=x>Naam</label><input id=x style="height: 30px"><button style="height: 44px">Ga door</button>
<h2>Twee</h2><img alt="" src="data:,">"""
BAD = {
    "<input>": "a textbox without a name",
    "<button></button>": "a button without a name",
    '<a href=/><img src="data:,"></a>': "a link without a name",
    '<img src="data:,">': "a image without a name",
    "<main>x</main>": "2 of main",
    "<nav aria-label=a>x</nav>": "two of navigation a",
    "<p style='color: #888'>grijs</p>": 'contrast 3.54 of "grijs"',
    "<p style='color: #0006'>zwak</p>": 'contrast 2.85 of "zwak"',
    "<div style='background: #000c'><p style='color: #333'>donker</p></div>": 'contrast 1.00 of "donker"',
    "<p style='color: #888; font-size: 24px'>groot</p><p style='color: #999; font-size: 24px'>vaag</p>": 'contrast 2.85 of "vaag"',
    "<p style='font-size: 10px'>klein</p>": 'letters of 10px: "klein"',
    "<button style='width: 20px; padding: 0; overflow: hidden'>smal</button>": "target 20x",
    "<label for=y>y</label><input id=y style='border: 1px solid #ddd'>": "edge 1.36 of y",
    "<p style='width: 400px'>breed</p>": "px wider than the window",
    "<h3>x</h3>": "a heading 3 after 1",
    "<h1>x</h1>": "not one first heading",
    "<p id=z>a</p><p id=z>b</p>": "two are called #z",
}
"""What is wrong, and what is said of it."""


@pytest.fixture(scope="module")
def sheet(browser: Browser) -> Iterator[Window]:
    """A window for pages that no site has."""
    context = browser.new_context(viewport={"width": NARROW[0], "height": NARROW[1]})
    yield Window(context.new_page(), NOWHERE)
    context.close()


def shown(sheet: Window, main: str, head: str = HEAD, bar: str = BAR) -> list[str]:
    """What is found on a page with this in the middle of it."""
    sheet.page.set_content(f"{head}{bar}<main><h1>Een</h1>{main}</main>")
    return faults(sheet)


def test_a_good_page_has_no_fault(sheet: Window) -> None:
    assert shown(sheet, GOOD) == []
    stops = walk(sheet)
    assert [one.name for one in stops] == ["thuis", "Naam", "Ga door"] and all(one.is_seen and one.is_there for one in stops)


def test_each_fault_is_named(sheet: Window) -> None:
    found = shown(sheet, "".join(BAD))
    assert [says for says in BAD.values() if not any(says in one for one in found)] == [], found
    assert not any("groot" in one for one in found), "large letters need less"
    bare = shown(sheet, "", "<!doctype html><html>", "")
    assert {"a page without a title", "a page without a language", "0 of banner"} <= set(bare)


def test_a_focus_that_nobody_sees_is_found(sheet: Window) -> None:
    styles = {
        "outline: none": (False, True), "outline: 3px solid #ddd": (False, True), "outline: 1px solid #000": (False, True),
        "position: absolute; left: -999px": (True, False), "outline: 3px solid #000": (True, True),
    }  # fmt: skip
    shown(sheet, "".join(f"<button style='{style}'>hier</button>" for style in styles))
    assert [(one.is_seen, one.is_there) for one in walk(sheet) if one.name == "hier"] == list(styles.values())


def test_what_the_keyboard_never_comes_to_is_found(sheet: Window) -> None:
    shown(sheet, "<button>eerst</button><button tabindex=-1>nooit</button>")
    with pytest.raises(AssertionError, match=r"never comes to \['nooit'\]"):
        walk(sheet)


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ('<img src="http://example.org/x.png">', r"outside: http://example\.org/"),
        ("<script>throw new Error('broken')</script>", r"script: .*broken"),
        ("<script>console.error('a complaint')</script>", r"console: a complaint"),
    ],
)
def test_what_calls_out_fails_or_complains_is_noted(browser: Browser, page: str, says: str) -> None:
    with pytest.raises(AssertionError, match=says), window(browser, NOWHERE) as guest:
        guest.page.set_content(page)
