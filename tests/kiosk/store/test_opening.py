"""What is read quickly is what is read with proof."""

import pytest
from hypothesis import given

from kiosk.domain.errors import Damaged
from kiosk.domain.facts import fact_bytes, read_fact
from kiosk.store.opening import open_own
from tests.kiosk.domain.strategies import fact, json_objects


@given(json_objects)
def test_a_fact_opened_quickly_is_the_fact(body: dict[str, object]) -> None:
    data = fact_bytes(fact(body=body))
    assert open_own(data) == read_fact(data)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"dev": 1}', b"\xff"])
def test_bytes_that_are_no_fact_are_refused(data: bytes) -> None:
    with pytest.raises(Damaged):
        open_own(data)
