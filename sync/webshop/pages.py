"""The shop's pages: plain HTML in Dutch, for keyboard, touch and screen reader; no script. Whatever is shown is escaped here."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import quote

STATES = {
    "placed": "Ontvangen", "provisional": "Ontvangen", "confirmed": "Bevestigd", "declined": "We zoeken het voor u",
    "allocated": "In behandeling", "accepted": "In behandeling", "picking": "Wordt verzameld", "picked": "Verzameld",
    "packed": "Ingepakt", "in_transit": "Onderweg naar de winkel", "ready": "Klaar om op te halen", "handed_over": "Opgehaald",
    "shipped": "Verzonden", "delivered": "Bezorgd", "returned": "Retour ontvangen", "cancelled": "Geannuleerd",
    "expired": "Niet opgehaald",
}  # fmt: skip
PROBLEMS = {
    "article.unknown": "Dit artikel verkopen we niet meer. Haal het uit de winkelwagen.",
    "article.no_price": "Dit artikel is alleen in de winkel te koop. Haal het uit de winkelwagen.",
    "article.no_vat": "Dit artikel kunnen we niet verkopen. Haal het uit de winkelwagen.",
    "article.part_of_a_piece": "Kies een heel aantal.",
}
REFUSALS = {
    "shop.total": "De prijs is intussen veranderd. Kijk het nieuwe bedrag na en bestel opnieuw.",
    "shop.stock": "Niet alles is nog op voorraad. Pas het aantal aan, of kies een andere winkel of bezorging.",
    "shop.person": "Vul uw naam en e-mailadres in, en bij bezorging uw hele adres.",
    "shop.unsellable": "Een van de artikelen is niet meer te bestellen. Kijk uw winkelwagen na.",
    "shop.changed": "Uw winkelwagen is intussen veranderd. Kijk hem na en bestel opnieuw.",
    "shop.too_late": "Dat kan niet meer: de bestelling is al onderweg of opgehaald.",
}
OTHERWISE = "Dat lukte niet. Probeer het opnieuw, of bel ons."


def money(minor: int) -> str:
    """An amount in euro.

    >>> money(123_450)
    '€ 1.234,50'
    """
    whole, rest = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}€ {whole:,}".replace(",", ".") + f",{rest:02}"


def name_of(names: Mapping[str, str]) -> str:
    """A name in Dutch, or whichever there is."""
    return names.get("nl") or next(iter(names.values()), "")


def page(title: str, body: str, pieces: int = 0, note: str = "") -> str:
    """A whole page."""
    said = f'<p class="note" role="alert">{escape(note)}</p>' if note else ""
    return f"""<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><link rel="stylesheet" href="/shop.css"></head>
<body><a class="skip" href="#main">Naar de inhoud</a>
<header><a class="brand" href="/">Winkel</a><nav aria-label="Winkel"><a href="/basket">Winkelwagen ({pieces})</a></nav></header>
<main id="main"><h1>{escape(title)}</h1>{said}{body}</main>
<footer><p>Binnen 14 dagen na ontvangst kunt u de koop herroepen: open uw bestelling en kies <strong>Herroep de koop</strong>.</p>
</footer></body></html>"""


def price(told: Mapping[str, Any] | None) -> str:
    """A price, with the lowest one of the last thirty days where it is announced as reduced."""
    if told is None:
        return '<span class="price">Alleen in de winkel</span>'
    if told["prior_minor"] is None:
        return f'<span class="price">{money(told["amount_minor"])}</span>'
    before = f'<s><span class="hidden">Eerder </span>{money(told["prior_minor"])}</s>'
    return f'{before} <span class="price reduced">{money(told["amount_minor"])}</span>'


def _lowest(variants: Iterable[Mapping[str, Any]]) -> str:
    """The lowest price of some variants, and that it is not the price of all where that is so."""
    told = sorted((one["price"] for one in variants if one["price"]), key=lambda price: int(price["amount_minor"]))
    is_from = bool(told) and told[0]["amount_minor"] < told[-1]["amount_minor"]
    return ("vanaf " if is_from else "") + price(told[0] if told else None)


def picture(sha256: str) -> str:
    """A picture, or an empty place of the same size. It says nothing that does not stand beside it."""
    if not sha256:
        return '<div class="blank"></div>'
    return f'<img src="/picture/{quote(sha256)}" alt="" width="240" height="240" loading="lazy">'


def listing(found: Mapping[str, Any], categories: Iterable[Mapping[str, Any]]) -> str:
    """Products, with the categories above them."""
    links = "".join(
        f'<li><a href="/?category={quote(one["path"])}">{escape(name_of(one["names"]))}</a></li>'
        for one in categories
        if "/" not in one["path"]
    )
    cards = "".join(
        f'<li><a href="/product/{quote(one["id"], safe="")}">{picture(one["picture"])}'
        f"<span>{escape(name_of(one['names']))}</span></a>{_lowest(one['variants'])}</li>"
        for one in found["products"]
    )
    more = f'<p><a class="button" href="/?cursor={quote(found["next"])}">Meer artikelen</a></p>' if found["next"] else ""
    chosen = f'<nav aria-label="Afdelingen"><ul class="cats">{links}</ul></nav>' if links else ""
    return f'{chosen}<ul class="grid">{cards or "<li>Hier is nog niets.</li>"}</ul>{more}'


def product(told: Mapping[str, Any], places: Mapping[str, list[tuple[str, int]]], texts: Iterable[str], mark: str) -> str:
    """A product: its variants by colour, and in which stores each is. Nobody is given a size that they did not choose."""
    sold = [one for one in told["variants"] if one["price"] is not None]
    colours = list(dict.fromkeys(one["colour"] for one in sold))
    groups = []
    for colour in colours:
        mine = [one for one in sold if one["colour"] == colour]
        named = name_of(mine[0]["colour_names"]) or colour
        cards = "".join(_variant(one, named, places.get(one["article"], ()), len(sold) == 1) for one in mine)
        head = f'<h2 class="colour">{escape(named)}</h2>' if named and len(sold) > 1 else ""
        groups.append(f'{head}<ul class="variants">{cards}</ul>')
    buy = (
        f'<form method="post" action="/basket">{hidden(mark)}<fieldset><legend>Kies uw artikel</legend>{"".join(groups)}</fieldset>'
        '<label>Aantal <input name="pieces" type="number" min="1" max="99" value="1" required></label>'
        '<button>In de winkelwagen</button></form>'
        if sold
        else "<p>Dit artikel is alleen in de winkel te koop.</p>"
    )
    words = "".join(f"<p>{escape(text)}</p>" for text in texts)
    return f'<div class="two"><div>{picture(told["picture"])}</div><div>{words}{buy}</div></div>'


def _variant(one: Mapping[str, Any], colour: str, places: Iterable[tuple[str, int]], is_only: bool) -> str:
    """A variant as a card to choose: its size, its price and where it is."""
    size = name_of(one["size_names"]) or one["size"]
    title = f'<span class="hidden">{escape(colour)} </span>{escape(size)}' if size and colour else escape(size or colour)
    here = ", ".join(f"{escape(store)} ({milli // 1_000})" for store, milli in places if milli >= 1_000)
    id = f"v-{escape(one['article'])}"
    return (
        f'<li><label for="{id}"><input type="radio" name="article" id="{id}" value="{escape(one["article"])}" required'
        f'{" checked" if is_only else ""}><span><strong>{title or escape(name_of(one["names"]))}</strong> {price(one["price"])}'
        f'<small>{f"In de winkel: {here}" if here else "Niet in de winkels op voorraad"}</small></span></label></li>'
    )


def basket(told: Mapping[str, Any], mark: str) -> str:
    """The basket with what it costs now."""
    rows = []
    for one in told["priced"]["lines"]:
        off = "".join(f'<small>{escape(part["name"])} -{money(part["amount_minor"])}</small>' for part in one["promotions"])
        wrong = f'<small class="wrong">{escape(PROBLEMS.get(one["problem"], OTHERWISE))}</small>' if one["problem"] else ""
        hint = f"<small>{escape(one['hint'])}</small>" if one["hint"] else ""
        name = escape(f"{one['name'] or one['article']} {one['variant']}".strip())
        rows.append(
            f"<tr><th scope=row>{name}{off}{hint}{wrong}</th>"
            f'<td><form method="post" action="/basket/{one["line"]}">{hidden(mark)}'
            f'<label class="hidden" for="q{one["line"]}">Aantal {name}</label><input id="q{one["line"]}" name="pieces" '
            f'type="number" min="0" max="99" value="{one["quantity_milli"] // 1_000}"><button>Wijzig</button></form></td>'
            f'<td class="amount">{money(one["amount_minor"] + one["deposit_minor"])}</td></tr>'
        )
    if not rows:
        return '<p>Uw winkelwagen is leeg.</p><p><a class="button" href="/">Verder winkelen</a></p>'
    total = f'<p class="total">Totaal {money(told["priced"]["total_minor"])} <small>inclusief btw, zonder bezorging</small></p>'
    go_on = '<p><a class="button" href="/checkout">Bestellen</a></p>' if not told["priced"]["problems"] else ""
    head = '<tr><th scope="col">Artikel</th><th scope="col">Aantal</th><th scope="col" class="amount">Bedrag</th></tr>'
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>{total}{go_on}"


def checkout(
    goods_minor: int, delivery_minor: int, stores: Iterable[Mapping[str, Any]], form: Mapping[str, str], fields: str
) -> str:
    """How it comes, and whom it is for. A guest needs no account."""
    chosen = form.get("way", "collect")
    options = "".join(
        f'<option value="{escape(one["id"])}" {"selected" if form.get("store") == one["id"] else ""}>{escape(one["name"])}</option>'
        for one in stores
    )

    def field(name: str, label: str, kind: str, fill: str, is_needed: bool = False) -> str:
        need = "required" if is_needed else ""
        value = escape(form.get(name, ""))
        return (
            f'<label>{label}<input name="{name}" type="{kind}" autocomplete="{fill}" value="{value}" maxlength="80" {need}></label>'
        )

    def way(value: str, label: str) -> str:
        is_on = "checked" if chosen == value else ""
        return f'<label class="way"><input type="radio" name="way" id="{value}" value="{value}" {is_on}> {_together(label)}</label>'

    with_delivery = money(goods_minor + delivery_minor)
    costs = money(delivery_minor) if delivery_minor else "gratis"
    return f"""<form method="post" action="/checkout">{fields}
<fieldset><legend>Hoe wilt u het ontvangen?</legend>
{way("collect", f"Ophalen in de winkel, daar betalen: {money(goods_minor)}")}
<label class="where">Winkel <select name="store">{options}</select></label>
{way("ship", f"Laten bezorgen ({costs}): {with_delivery}")}</fieldset>
<fieldset><legend>Voor wie is het?</legend>{field("name", "Naam", "text", "name", True)}
{field("email", "E-mailadres", "email", "email", True)}{field("phone", "Telefoon (mag leeg)", "tel", "tel")}</fieldset>
<fieldset class="address"><legend>Waar bezorgen we het?</legend>{field("postcode", "Postcode", "text", "postal-code")}
{field("house", "Huisnummer", "text", "address-line2")}{field("street", "Straat", "text", "address-line1")}
{field("city", "Plaats", "text", "address-level2")}
<p>Dit voorbeeld neemt geen geld aan: bij bezorging geldt de bestelling als betaald.</p></fieldset>
<button>Bestelling met betalingsverplichting</button></form>"""


def _together(text: str) -> str:
    """A text whose amounts do not fall apart at the end of a line."""
    return text.replace("€ ", "€\u00a0")


def order(told: Mapping[str, Any], stores: Mapping[str, str], mark: str) -> str:
    """An order as it stands, with what can still be done about it."""
    code = f'<p class="code">Uw afhaalcode: <strong>{escape(told["code"])}</strong></p>' if told["code"] else ""
    rows = "".join(
        f"<tr><th scope=row>{escape(one['name'])}<small>"
        + (f"Ophalen: {escape(stores.get(one['store'], one['store']))}" if one["store"] else "Bezorgen")
        + f"</small></th><td data-label=Aantal>{one['quantity_milli'] // 1_000}</td><td data-label=Stand>"
        + ", ".join(f"{STATES.get(name, name)} ({milli // 1_000})" for name, milli in one["states"].items())
        + f'</td><td class="amount">{money(one["amount_minor"] + one["deposit_minor"])}</td></tr>'
        for one in told["lines"]
    )
    states = {name for one in told["lines"] for name in one["states"]}
    has_it = bool(states & {"handed_over", "shipped", "delivered"})
    may_cancel = bool(states & {"placed", "confirmed", "allocated", "accepted", "picking", "picked", "packed", "ready", "declined"})
    deeds = ""
    if may_cancel:
        deeds += f'<form method="post" action="cancel">{hidden(mark)}<button class="second">Annuleer de bestelling</button></form>'
    if has_it:
        deeds += (
            f'<form method="post" action="withdraw">{hidden(mark)}<label>Wilt u zeggen waarom? (mag leeg)'
            '<input name="words" maxlength="400"></label><button class="second">Herroep de koop</button></form>'
        )
    if told["to_pay_minor"]:
        shown = hidden(mark, amount=str(told["to_pay_minor"]), paid=str(told["paid_minor"]))
        pay = f'<button class="second">Betaal nu {_together(money(told["to_pay_minor"]))}</button>'
        deeds += f'<form method="post" action="pay">{shown}{pay}</form>'
    back = f"<p>U krijgt {money(told['to_give_back_minor'])} terug.</p>" if told["to_give_back_minor"] else ""
    to_pay = f"<p>Te betalen bij het ophalen: {money(told['to_pay_minor'])}.</p>" if told["to_pay_minor"] else ""
    head = "".join(f"<th scope=col>{title}</th>" for title in ("Artikel", "Aantal", "Stand"))
    return (
        f"<p>{STATES.get(told['state'], told['state'])}. Bewaar het adres van deze pagina: zo vindt u uw bestelling terug.</p>"
        f"{code}"
        f"<table><thead><tr>{head}<th scope=col class=amount>Bedrag</th></tr></thead><tbody>{rows}</tbody></table>"
        f'<p class="total">Totaal {money(told["total_minor"])}</p>{to_pay}{back}{deeds}'
    )


def hidden(mark: str, **more: str) -> str:
    """What a form has to bring back: a mark that only this shop gives, so that no other page can send it."""
    return "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in {"mark": mark, **more}.items())


def label(number: str, address: str) -> str:
    """Where the label of a return is, and its number for who cannot print."""
    return (
        f'<p class="note">Uw retournummer is <strong>{escape(number)}</strong>. Laat het in een winkel zien, of doe het label in '
        f'het pakket: <a href="{escape(address)}">retourlabel</a>.</p>'
    )
