"""Who sits at the office pages."""

from collections.abc import Iterator

import pytest

from sync.hub.office_users import AddOfficeUser, add_office_user
from tests.sync.hub.office.test_pages import Browser
from tests.sync.hub.support import OTHER_STORE, RunningHub


@pytest.fixture(scope="module")
def people(hub: RunningHub) -> Iterator[dict[str, Browser]]:
    """Somebody of each role, signed in; the manager is of the other store."""
    found = {}
    for role in ("viewer", "manager", "office", "it"):
        found[role] = Browser(hub)
        stores = [OTHER_STORE] if role == "manager" else []
        password = add_office_user(hub.hub, AddOfficeUser(role, role=role, stores=stores)).password
        assert found[role].sign_in(role, password).status_code == 200
    yield found
    for browser in found.values():
        browser.http.close()
