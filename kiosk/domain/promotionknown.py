"""The goods, places and laws of a shop as a check of promotions looks at them, and the faults it finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.domain.promotion import Goods, LawLimit, tokens_of


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `mend` is a sentence that says what to do; `law` names the law where one is broken."""

    promotion: str
    field: str
    value: str
    mend: str
    law: str = ""


@dataclass(frozen=True, slots=True)
class Ware:
    """An article as promotions see it; its price today in minor units, None where it has none."""

    style: str
    brand: str
    category: str
    tags: tuple[str, ...]
    goods: tuple[str, ...]
    price_minor: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """What a promotion may name. `limits` are the law's by country; empty `stores`, `brands` or `groups` are not checked."""

    wares: Mapping[str, Ware]
    named: Mapping[str, Sequence[str]]
    limits: Mapping[str, Mapping[str, LawLimit]] = field(default_factory=dict)
    stores: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    def articles(self, goods: Goods) -> list[str]:
        """The articles that goods name, in order."""
        out = {article for token in goods.but for article in self.named.get(token, ())}
        return sorted({article for token in goods.of for article in self.named.get(token, ())} - out)


def known_of(
    wares: Mapping[str, Ware], limits: Mapping[str, Mapping[str, LawLimit]] | None = None, stores: Sequence[str] = (),
    brands: Sequence[str] = (), groups: Sequence[str] = (),
) -> Known:  # fmt: skip
    """A shop's goods, found by the tokens that name them."""
    named: dict[str, list[str]] = {}
    for article in sorted(wares):
        for token in tokens_of(article, wares[article]):
            named.setdefault(token, []).append(article)
    return Known(wares, named, limits or {}, frozenset(stores), frozenset(brands), frozenset(groups))
