"""Tests do not sleep, skips say why, and no note to oneself is left behind."""

import pytest

from tests.house.conftest import Tree
from tests.house.rules import habits, migrations, words
from tests.house.rules.common import ROOT, report

NOTE = "FIX" + "ME"
MARK = "WORK" + "AROUND"


@pytest.mark.parametrize(
    "check",
    [
        habits.check_no_sleep,
        habits.check_skips_say_why,
        habits.check_no_mocked_database,
        habits.check_typed_reading,
        habits.check_no_leftovers,
        habits.check_workarounds,
        words.check,
    ],
)
def test_our_code_keeps_the_habit(check):
    assert not (findings := check(ROOT)), report(findings)


@pytest.mark.parametrize(
    ("check", "code", "says"),
    [
        (habits.check_no_sleep, "import time\ntime.sleep(1)", "calls time.sleep()"),
        (habits.check_no_sleep, "\nqtbot.wait(50)", "calls qtbot.wait()"),
        (habits.check_skips_say_why, "\npytest.skip()", "pytest.skip() without a reason"),
        (habits.check_skips_say_why, "\n@pytest.mark.skip\ndef test_x(): ...", "without a reason"),
        (
            habits.check_skips_say_why,
            "\n@pytest.mark.xfail()\ndef test_x(): ...",
            "without a reason",
        ),
        (
            habits.check_no_mocked_database,
            "\nmock.patch" + "('kiosk.store.ledger')",
            "mocked database",
        ),
        (habits.check_no_leftovers, f"\nx = 1  # {NOTE} later", "note to oneself"),
        (habits.check_workarounds, f"\n# {MARK}: Qt is odd", "without package and version"),
        (habits.check_workarounds, f"\n# {MARK}(typer 0.1): x", "typer 0.1, and 0.2 is locked"),
    ],
)
def test_a_bad_habit_is_refused(tree: Tree, check, code, says):
    root = tree({"tests/test_x.py": code, "packaging/lock-dev.txt": "typer==0.2 \\\n"})
    found = report(check(root))
    assert says in found and "tests/test_x.py:2" in found and "Way out: " in found


def test_good_habits_are_welcome(tree: Tree):
    code = (
        'pytest.skip("no Xvfb here")\n@pytest.mark.skipif(True, reason="no fonts")\n'
        f"def test_x(): ...\n# {MARK}(typer 0.2): it forgets its help.\n"
    )
    root = tree({"tests/test_x.py": code, "packaging/lock-dev.txt": "typer==0.2 \\\n"})
    assert not habits.check_skips_say_why(root) + habits.check_workarounds(root)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("class ParkedSale: ...", "use suspended"),
        ("def open_cashbox(): ...", "use cash_drawer"),
        ("price_cents = 1", "amount_minor"),
        ("def f(server_url): ...", "use hub_url"),
        ("self.branch_id = 1", "use store_id"),
    ],
)
def test_a_word_that_is_not_the_fields_own_is_refused(tree: Tree, code, says):
    found = report(words.check(tree({"kiosk/domain/x.py": code})))
    assert says in found and "kiosk/domain/x.py:1" in found


def test_the_fields_own_words_are_welcome(tree: Tree):
    code = "class SuspendedSale: ...\ndef centre(store_manager, percents): ...\n"
    assert not words.check(tree({"kiosk/domain/x.py": code}))


def test_our_migration_steps_are_all_tested():
    assert migrations.steps(ROOT), "no migration step was found: has the way they are made changed?"
    assert not (findings := migrations.check(ROOT)), report(findings)


def test_a_migration_step_that_no_test_names_is_refused(tree: Tree):
    steps = (
        'ledger = Migrations("x")\n@cache\ndef other(): ...\n@ledger()\ndef add_series(db): ...\n'
    )
    root = tree({"kiosk/store/migrations.py": steps, "tests/test_x.py": ""})
    assert "no test names the migration step add_series" in report(migrations.check(root))
    tree({"tests/test_x.py": "def test_add_series_keeps_numbers(): ..."})
    assert not migrations.check(root)


@pytest.mark.parametrize(
    "code",
    [
        "\nmsgspec.json.decode(data, type=Price)",
        "\nmsgspec.msgpack.decode(data, type=list[Row])",
        "\nDECODER = msgspec.json.Decoder(Price)",
        "\nmsgspec.convert(value, Price)",
    ],
)
def test_reading_as_a_type_on_any_thread_has_one_way(tree: Tree, code):
    found = report(habits.check_typed_reading(tree({"sync/hub/x.py": code})))
    assert "sync/hub/x.py:2" in found and "Way out: " in found


def test_reading_plain_json_needs_no_type_and_no_care(tree: Tree):
    assert not habits.check_typed_reading(tree({"sync/hub/x.py": "msgspec.json.decode(data)"}))
