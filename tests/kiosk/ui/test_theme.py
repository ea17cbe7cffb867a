"""Themes that cannot be read are refused; a brand lists only its differences."""

import json

import pytest

from kiosk.domain.errors import Damaged
from kiosk.ui import theme
from kiosk.ui.theme import Look, Theme, contrast, failing_pairs, read_tokens


@pytest.mark.parametrize("brand", ["base", "markt"])
@pytest.mark.parametrize("high", [False, True])
def test_every_theme_of_ours_can_be_read(brand: str, high: bool):
    assert failing_pairs(read_tokens(brand, high).colours, high) == []


def test_a_brand_whose_colours_are_too_alike_is_refused(monkeypatch: pytest.MonkeyPatch):
    base = theme._read("base")
    pale = {"colours": {"accent": "#9FD0CF"}}
    monkeypatch.setattr(theme, "_read", lambda brand: base if brand == "base" else pale)
    with pytest.raises(Damaged) as refused:
        read_tokens("pale")
    assert refused.value.code == "theme.contrast"
    assert refused.value.values["pair"] == "accentText/accent"


def test_a_brand_that_names_an_unknown_token_is_refused(monkeypatch: pytest.MonkeyPatch):
    base = theme._read("base")
    odd = {"colours": {"glitter": "#112233"}}
    monkeypatch.setattr(theme, "_read", lambda brand: base if brand == "base" else odd)
    with pytest.raises(Damaged) as refused:
        read_tokens("odd")
    assert refused.value.values["token"] == "glitter"


def test_a_theme_that_is_refused_changes_nothing(qapp: object):
    shown = Theme()
    before = shown.accent
    with pytest.raises(Damaged):
        shown.adopt(Look("no-such-brand"))
    assert shown.accent == before and shown.look == Look()


def test_targets_keep_their_size_in_millimetres(qapp: object):
    shown = Theme()
    shown.adopt(Look(mm_per_px=0.1))
    assert (shown.target, shown.toolTarget, shown.kioskTarget, shown.gap) == (130, 100, 200, 20)


def test_every_colour_of_the_file_is_a_property(qapp: object):
    shown = Theme()
    path = theme.resources.files("assets") / "themes" / "base" / "theme.json"
    for name, value in json.loads(path.read_text("utf-8"))["colours"].items():
        argb = value if len(value) == 9 else f"#ff{value[1:]}"
        assert getattr(shown, name).name(theme.QColor.NameFormat.HexArgb) == argb.lower()


def test_contrast_is_that_of_wcag():
    assert round(contrast("#777777", "#FFFFFF"), 2) == 4.48
