"""What a terminal obeys is in its journal: each change of a setting with before and after, whoever made it."""

from pathlib import Path

from kiosk.domain import facts
from kiosk.domain.codec import Json
from kiosk.services import ownsettings
from tests.kiosk.support import Shop, open_shop


def changes(shop: Shop) -> list[Json]:
    """The bodies of all changes of settings."""
    return [fact.body for fact in shop.facts() if fact.kind == facts.SETTING_CHANGED]


def test_a_setting_that_the_hub_changes_is_a_fact_with_before_and_after(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.put_settings({"till.over_short_limit": "2.00"})
        shop.put_settings({"till.over_short_limit": "2.00"})
        shop.put_settings({"till.over_short_limit": "9.00", "till.blind_count": False})
        assert changes(shop) == [
            {"source": "hub", "settings": [{"name": "till.over_short_limit", "before": "", "after": '"2.00"'}]},
            {
                "source": "hub",
                "settings": [
                    {"name": "till.blind_count", "before": "", "after": "false"},
                    {"name": "till.over_short_limit", "before": '"2.00"', "after": '"9.00"'},
                ],
            },
        ]


def test_the_terminals_own_file_is_watched_from_start_to_start(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        for settings in ({"printer": "", "hub": "a"}, {"printer": "", "hub": "b"}, {"printer": "escpos+tcp://x", "hub": "b"}):
            ownsettings.look(shop.counter, settings)
        assert changes(shop) == [
            {"source": "terminal", "settings": [{"name": "printer", "before": '""', "after": '"escpos+tcp://x"'}]}
        ]
