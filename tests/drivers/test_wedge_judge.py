"""The wedge judge: no typing taken for a scan, no scan leaked into a field, for mixed hours."""

import doctest
import os
import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.wedge import frames, judge
from drivers.wedge.frames import US_LAYOUT
from drivers.wedge.judge import (
    HOLD_MS,
    Action,
    Key,
    Release,
    Suffix,
    WedgeJudge,
    WedgeProfile,
    WedgeScan,
)

SEQUENCES = 100_000 if os.environ.get("TOONBANK_LONG") == "1" else 4_000


@dataclass
class Field:
    """What a text field and a scan listener saw; it ticks the judge as a timer would."""

    profile: WedgeProfile
    typed: list[str] = field(default_factory=list)
    scans: list[WedgeScan] = field(default_factory=list)
    late_ms: int = 0

    def __post_init__(self) -> None:
        self.judge = WedgeJudge(self.profile)

    def press(self, key: Key) -> None:
        self.pass_time(key.at_ms)
        self.take(self.judge.key(key), key.at_ms)

    def pass_time(self, until_ms: int) -> None:
        while (due := self.judge.due_ms) is not None and due <= until_ms:
            self.take(self.judge.tick(due), due)

    def take(self, actions: list[Action], now_ms: int) -> None:
        for action in actions:
            if isinstance(action, Release):
                self.typed += [key.text for key in action.keys]
                self.late_ms = max([self.late_ms, *(now_ms - key.at_ms for key in action.keys)])
            else:
                self.scans.append(action)


def type_keys(into: Field, text: str, at_ms: int, gap_ms: int) -> int:
    for char in text:
        into.press(Key(char, at_ms))
        at_ms += gap_ms
    return at_ms - gap_ms


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(judge).failed == 0
    assert doctest.testmod(frames).failed == 0


def test_a_scan_with_its_suffix_is_recognised_at_its_last_key() -> None:
    field_ = Field(WedgeProfile())
    type_keys(field_, "8710398500526\r", 0, 10)
    assert field_.scans == [WedgeScan("8710398500526", 130, True)]
    assert field_.typed == []


def test_a_scan_without_suffix_is_recognised_within_sixty_milliseconds() -> None:
    field_ = Field(WedgeProfile(suffix=Suffix.NONE))
    end = type_keys(field_, "8710398500526", 0, 10)
    field_.pass_time(end + 60)
    assert field_.scans == [WedgeScan("8710398500526", 120, True)]


def test_a_scan_whose_suffix_never_comes_is_told_to_be_incomplete_and_leaks_nothing() -> None:
    field_ = Field(WedgeProfile())
    end = type_keys(field_, "87103985", 0, 10)
    field_.pass_time(end + 60)
    assert [(scan.text, scan.complete) for scan in field_.scans] == [("87103985", False)]
    assert field_.typed == []


def test_a_fast_typist_who_rolls_two_keys_is_typing() -> None:
    field_ = Field(WedgeProfile())
    for text, at_ms in [("t", 0), ("h", 20), ("e", 100), ("r", 118), ("e", 210), ("\r", 300)]:
        field_.press(Key(text, at_ms))
    field_.pass_time(1000)
    assert "".join(field_.typed) == "there\r"
    assert field_.scans == []
    assert field_.late_ms <= HOLD_MS


def test_a_short_burst_is_typing_and_enter_after_it_too() -> None:
    field_ = Field(WedgeProfile(length_min=6))
    type_keys(field_, "abc\r", 0, 5)
    assert "".join(field_.typed) == "abc\r"
    assert field_.scans == []


def test_a_key_held_down_is_a_person() -> None:
    field_ = Field(WedgeProfile())
    field_.press(Key("x", 0))
    for repeat in range(20):
        field_.press(Key("x", 250 + repeat * 25, auto_repeat=True))
    field_.pass_time(2000)
    assert "".join(field_.typed) == "x" * 21
    assert field_.scans == []


def test_equal_digits_with_one_time_stamp_are_a_scan_whatever_the_window_system_calls_them() -> None:
    field_ = Field(WedgeProfile())
    code = "8790000019424"
    for place, text in enumerate(code):  # a busy X server may take a while over one key
        at_ms = 500 if place < 7 else 520
        field_.press(Key(text, at_ms, auto_repeat=place > 0 and code[place - 1] == text))
    field_.press(Key("\r", 520))
    assert field_.typed == []
    assert [scan.text for scan in field_.scans] == [code]


def test_enter_and_shortcuts_of_a_person_are_not_held_at_all() -> None:
    field_ = Field(WedgeProfile())
    for text in ("\r", "\t", "", "\x1b"):
        field_.press(Key(text, 0))
        assert field_.late_ms == 0
    assert field_.typed == ["\r", "\t", "", "\x1b"]


def test_a_slow_scanner_needs_a_prefix_and_is_then_told_from_typing() -> None:
    with pytest.raises(ValueError, match="prefix"):
        WedgeProfile(gap_max_ms=100)
    field_ = Field(WedgeProfile(gap_max_ms=110, prefix="~"))
    at = type_keys(field_, "12", 0, 90)
    type_keys(field_, "~8710398500526\r", at + 200, 80)
    type_keys(field_, "34", 5000, 90)
    field_.pass_time(9000)
    assert [scan.text for scan in field_.scans] == ["8710398500526"]
    assert "".join(field_.typed) == "1234"


def test_a_prefix_typed_by_a_person_comes_out_again() -> None:
    field_ = Field(WedgeProfile(prefix="~"))
    type_keys(field_, "~a", 0, 200)
    field_.pass_time(1000)
    assert "".join(field_.typed) == "~a"


def test_a_scanner_with_a_us_layout_is_read_right_on_an_azerty_system() -> None:
    codes = {char: place for place, char in US_LAYOUT.items()}
    field_ = Field(WedgeProfile(layout=US_LAYOUT))
    for number, char in enumerate("871-AZ/q"):
        scan_code, shift = codes[char]
        field_.press(Key("&é(§à"[number % 5], number * 8, scan_code, shift))
    field_.press(Key("\r", 64))
    assert [scan.text for scan in field_.scans] == ["871-AZ/q"]


def test_shift_presses_inside_a_scan_are_swallowed_with_it() -> None:
    field_ = Field(WedgeProfile())
    for number, text in enumerate(["", "A", "", "B", "1", "\x1d", "2", "\r"]):
        field_.press(Key(text, number * 5))
    assert [scan.text for scan in field_.scans] == ["AB1\x1d2"]
    assert field_.typed == [""]


def test_two_scans_close_to_each_other_are_two() -> None:
    field_ = Field(WedgeProfile())
    end = type_keys(field_, "4006381333931\r", 0, 2)
    type_keys(field_, "8710398500526\r", end + 5, 2)
    assert [scan.text for scan in field_.scans] == ["4006381333931", "8710398500526"]
    assert field_.typed == []


def test_mixed_hours_of_typing_and_scanning_have_no_misjudgement() -> None:
    chance = random.Random(11)
    for number in range(SEQUENCES):
        suffix = chance.choice(list(Suffix))
        end = {Suffix.ENTER: "\r", Suffix.TAB: "\t", Suffix.NONE: ""}[suffix]
        field_ = Field(WedgeProfile(suffix=suffix, length_min=chance.choice([4, 6])))
        at, typed, scanned = 0, "", []
        for _ in range(chance.randint(1, 6)):
            at += chance.randint(70, 900)
            if chance.random() < 0.5:
                code = "".join(chance.choices("0123456789ABC]/-", k=chance.randint(6, 30)))
                for char in code + end:
                    field_.press(Key(char, at))
                    at += chance.randint(2, 15)
                scanned.append(code)
            else:
                for char in chance.choices("abc 0123456789\r\t", k=chance.randint(1, 12)):
                    field_.press(Key(char, at))
                    typed += char
                    at += chance.randint(70, 400)
        field_.pass_time(at + 1000)
        assert [scan.text for scan in field_.scans] == scanned, number
        assert all(scan.complete for scan in field_.scans), number
        assert "".join(field_.typed) == typed, number
        assert field_.late_ms <= HOLD_MS, number


@given(
    st.lists(
        st.tuples(st.sampled_from("abc123~]\r\t\x1d\x00") | st.just(""), st.integers(-20, 200)),
        max_size=40,
    ),
    st.sampled_from(list(Suffix)),
    st.sampled_from(["", "~", "~]"]),
)
def test_no_key_is_lost_or_doubled_whatever_is_pressed(presses: list[tuple[str, int]], suffix: Suffix, prefix: str) -> None:
    judge_ = WedgeJudge(WedgeProfile(suffix=suffix, prefix=prefix))
    at, actions, fed = 0, [], 0
    for number, (text, gap) in enumerate(presses):
        at += gap
        actions += judge_.key(Key(text, at, token=number))
        fed += 1
    while (due := judge_.due_ms) is not None:
        actions += judge_.tick(due)
    released = [key.token for each in actions if isinstance(each, Release) for key in each.keys]
    assert released == sorted(set(released))
    if not any(isinstance(each, WedgeScan) for each in actions):
        assert released == list(range(fed))
