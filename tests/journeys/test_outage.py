"""An outage with a destroyed till, as a test: nothing that was called out as paid is missing, nothing counts twice."""

from pathlib import Path

import pytest

from tests.journeys.conftest import ShopMaker
from tests.journeys.outage import run


@pytest.mark.long
@pytest.mark.timeout(300)
def test_three_tills_sell_through_an_outage_one_is_destroyed_and_rebuilt_and_the_hub_agrees_to_the_cent(
    make_shop_copy: ShopMaker, tmp_path: Path
) -> None:
    said: list[str] = []
    found = run(make_shop_copy(), tmp_path / "stick", said.append)
    assert found.differences == []
    assert "till 02 is destroyed, with 17 facts that no hub has seen" in said
    assert said[-1] == "60 sales were called out as paid, the hub says 60"
