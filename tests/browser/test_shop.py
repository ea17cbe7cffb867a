"""The example web shop in a real browser: a guest orders, with a mouse, by keyboard alone, on a narrow screen, heard or seen."""

from playwright.sync_api import Browser

from tests.browser.access import faults, tree, walk
from tests.browser.chromium import NARROW, TELEPHONE, Window, window
from tests.browser.conftest import Site


def good(guest: Window, shot: str) -> None:
    """A page that everybody can use, by the keyboard too."""
    guest.shot(f"shop-{shot}")
    assert faults(guest) == [], shot
    stops = walk(guest)
    assert stops and all(one.is_seen and one.is_there for one in stops), (shot, stops)


def test_a_guest_orders_for_collection_on_a_screen_of_320_wide_and_cancels(browser: Browser, site: Site) -> None:
    with window(browser, site.shop_url, NARROW) as guest:
        good(guest.go("/"), "narrow-home")
        guest.page.get_by_role("link", name="T-shirt Basis").click()
        sizes = [one.name.split(" €")[0] for one in tree(guest) if one.role == "radio"]
        assert sizes == [f"{colour} {size}" for colour in ("marineblauw", "rood", "wit") for size in ("S", "M", "L", "XL")]
        assert guest.page.locator(":checked").count() == 0, "nobody is given a size that they did not choose"
        guest.press("In de winkelwagen")
        assert guest.page.url.endswith("/product/1001"), "the browser asks for a size before it sends anything"
        guest.page.get_by_role("radio", name="rood M").check()
        good(guest, "narrow-product")
        guest.fill("Aantal", "2").press("In de winkelwagen")
        assert "T-shirt Basis rood · M" in guest.text() and "Totaal € 29,98" in guest.text()
        good(guest, "narrow-basket")
        guest.press("Bestellen", "link")
        assert "Waar bezorgen" not in guest.text(), "who collects is asked for no address"
        good(guest, "narrow-checkout")
        guest.fill("Naam", "Zoë de Wit").fill("E-mailadres", "zoe@example.com").press("Bestelling met betalingsverplichting")
        assert "Uw afhaalcode" in guest.text() and "Te betalen bij het ophalen: € 29,98" in guest.text()
        good(guest, "narrow-order")
        guest.press("Annuleer de bestelling")
        assert "Geannuleerd (2)" in guest.text() and "Annuleer de bestelling" not in guest.text()


def test_a_guest_without_a_mouse_has_it_delivered(browser: Browser, site: Site) -> None:
    with window(browser, site.shop_url) as guest:
        page, keys = guest.page, guest.page.keyboard
        guest.go("/")
        keys.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Naar de inhoud"
        _tab_to(guest, "Sokken twee paar")
        keys.press("Enter")
        page.wait_for_url("**/product/*")
        _tab_to(guest, "", "radio")
        keys.press("Space")
        _tab_to(guest, "In de winkelwagen")
        keys.press("Enter")
        page.wait_for_url("**/basket")
        _tab_to(guest, "Bestellen")
        keys.press("Enter")
        page.wait_for_url("**/checkout")
        _tab_to(guest, "", "radio")
        keys.press("ArrowDown")
        assert page.get_by_label("Postcode").is_visible() and not page.get_by_role("combobox").is_visible()
        good(guest, "checkout-delivery")
        _tab_to(guest, "Naam")
        typed = ("Zoë de Wit", "zoe@example.com", "", "1012 JS", "1", "", "Amsterdam")
        for text in typed:
            page.keyboard.type(text)
            keys.press("Tab")
        keys.press("Enter")
        page.wait_for_selector('[role="alert"]')
        assert "uw hele adres" in guest.text() and page.get_by_label("Plaats").input_value() == "Amsterdam"
        good(guest, "checkout-refused")
        _tab_to(guest, "Straat")
        page.keyboard.type("Dam")
        keys.press("Enter")
        page.wait_for_url("**/order/**")
        assert "Bezorgen" in guest.text() and "Totaal € 12,94" in guest.text() and "afhaalcode" not in guest.text()
        good(guest, "order-delivery")


def test_on_a_telephone_pictures_load_once_and_a_wrong_address_leads_back(browser: Browser, site: Site) -> None:
    with window(browser, site.shop_url, TELEPHONE) as guest:
        with guest.page.expect_response("**/picture/*") as first:
            guest.go("/?category=Shoes")
        assert first.value.headers["content-type"] == "image/webp"
        assert "max-age=31536000" in first.value.headers["cache-control"], "a picture is never another under its name"
        good(guest, "telephone")
        guest.go("/nothing")
        good(guest, "telephone-not-found")
        guest.press("Naar de winkel", "link")
        assert guest.page.url == f"{site.shop_url}/"


def _tab_to(guest: Window, name: str, kind: str = "") -> None:
    """Press Tab until the focus is on what is called so, or is of this kind."""
    for _ in range(60):
        guest.page.keyboard.press("Tab")
        at = guest.page.evaluate(
            "() => { const e = document.activeElement; return [(e.labels?.[0] ?? e).textContent.trim(), e.type ?? ''] }"
        )
        if at[0] == name if name else at[1] == kind:
            return
    raise AssertionError(f"the keyboard never came to {name or kind}")
