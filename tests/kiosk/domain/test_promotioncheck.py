"""A promotion is refused with its field, its value and how it is mended; the law is named."""

from dataclasses import replace

import pytest

from kiosk.countries import nl
from kiosk.domain.promotion import (
    AMOUNT,
    BUNDLE,
    CHEAPEST,
    DEAREST,
    EMPLOYEE,
    FIXED_PRICE,
    GIFT,
    HAPPY_HOUR,
    MARKDOWN,
    MEMBER_PRICE,
    MIX_AND_MATCH,
    N_FOR_M,
    N_FOR_PRICE,
    PERCENT,
    POINTS,
    THRESHOLD,
    TIERS,
    Coupon,
    Goods,
    Hours,
    Promotion,
    Tier,
)
from kiosk.domain.promotioncheck import check_promotion, check_promotions
from kiosk.domain.promotionknown import Ware, known_of
from tests.kiosk.domain.offers import promotion

WARES = {
    "cola": Ware("cola", "Fris", "Drinks/Soft", ("summer",), (), 150),
    "water": Ware("water", "Fris", "Drinks/Water", (), (), 90),
    "beer": Ware("beer", "Bron", "Drinks/Beer", (), ("alcohol",), 200),
    "wine": Ware("wine", "Rood", "Drinks/Wine", (), ("alcohol",), 800),
    "shag": Ware("shag", "Rook", "Tobacco", (), ("tobacco",), 1900),
    "milk0": Ware("milk0", "Baby", "Baby", (), ("infant_formula",), 1500),
    "novel": Ware("novel", "", "Books", (), ("fixed_price_book",), 2250),
}
KNOWN = known_of(WARES, {"NL": nl.GOODS_LIMITS}, stores=("AMS1", "UTR1"), brands=("noord",), groups=("member", "gold"))
SOFT = Goods(("category:Drinks/Soft", "article:water"), need=3)

GOOD = (
    promotion("N4M", N_FOR_M, SOFT, pay=2),
    promotion("N4P", N_FOR_PRICE, SOFT, price_minor=300),
    promotion("MIX", MIX_AND_MATCH, Goods(("brand:Fris",), need=2), Goods(("tag:summer",)), percent_bp=1_000),
    promotion("BUN", BUNDLE, "article:cola", "article:water", price_minor=200),
    promotion("CHE", CHEAPEST, SOFT, percent_bp=5_000),
    promotion("DEA", DEAREST, SOFT, amount_minor=50),
    promotion("TIE", TIERS, "brand:Fris", tiers=(Tier(2, percent_bp=1_000), Tier(5, percent_bp=2_000))),
    promotion("GIF", GIFT, SOFT, "article:cola"),
    promotion("PER", PERCENT, percent_bp=1_000),
    promotion("AMO", AMOUNT, "article:cola", amount_minor=150),
    promotion("FIX", FIXED_PRICE, "article:cola", price_minor=99),
    promotion("HAP", HAPPY_HOUR, "style:cola", percent_bp=2_000, hours=Hours((5,), 960, 60)),
    promotion("MEM", MEMBER_PRICE, "article:cola", price_minor=120),
    promotion("EMP", EMPLOYEE, percent_bp=1_500),
    promotion("MAR", MARKDOWN, percent_bp=3_500, label="MD35"),
    promotion("THR", THRESHOLD, threshold_minor=5_000, amount_minor=500),
    promotion("THT", THRESHOLD, tiers=(Tier(5_000, amount_minor=500), Tier(10_000, percent_bp=1_500))),
    promotion("THG", THRESHOLD, "brand:Fris", "article:water", threshold_minor=2_000),
    promotion("POI", POINTS, "brand:Fris", points_bp=20_000),
    promotion("COU", PERCENT, "class:alcohol", percent_bp=2_500, coupon=Coupon("single", (), "C", 8)),
    promotion("FOR", N_FOR_M, Goods(("class:alcohol",), need=4), pay=3),
)


@pytest.mark.parametrize("good", GOOD, ids=lambda one: f"{one.kind}-{one.id}")
def test_a_sound_promotion_has_no_fault(good: Promotion) -> None:
    assert check_promotion(good, KNOWN) == ()


def test_all_of_them_together_have_none() -> None:
    assert check_promotions(GOOD, KNOWN) == ()


PLAIN_ONE = promotion("P", PERCENT, "article:cola", percent_bp=1_000)


@pytest.mark.parametrize(
    ("wrong", "field", "value", "says"),
    [
        (replace(PLAIN_ONE, kind="precent"), "kind", "precent", "did you mean percent?"),
        (replace(PLAIN_ONE, goods=(Goods(("article:cloa",)),)), "goods", "article:cloa", "did you mean cola?"),
        (replace(PLAIN_ONE, goods=(Goods(("category:Drinks/Softer",)),)), "goods", "category:Drinks/Softer", "Drinks/Soft"),
        (replace(PLAIN_ONE, goods=(Goods(("catgory:Drinks",)),)), "goods", "catgory:Drinks", "did you mean category?"),
        (replace(PLAIN_ONE, goods=(Goods(("article:cola",), ("brand:Fris",)),)), "goods", "article:cola", "nothing is left"),
        (replace(PLAIN_ONE, goods=(Goods(()),)), "goods", "", "say which goods"),
        (replace(PLAIN_ONE, id=""), "id", "", "a name of its own"),
        (replace(PLAIN_ONE, id="a|b"), "id", "a|b", "without |"),
        (replace(PLAIN_ONE, names={}), "names", "", "receipt"),
        (replace(PLAIN_ONE, percent_bp=None), "percent_bp", "", "needs percent_bp"),
        (replace(PLAIN_ONE, percent_bp=10_001), "percent_bp", "10001", "at most 100"),
        (replace(PLAIN_ONE, percent_bp=0), "percent_bp", "0", "more than 0"),
        (replace(PLAIN_ONE, pay=2), "pay", "2", "has no pay"),
        (promotion("P", AMOUNT, "article:cola", amount_minor=151), "amount_minor", "1.51", "below nothing"),
        (promotion("P", AMOUNT, "article:cola", amount_minor=-1), "amount_minor", "-1", "more than 0"),
        (promotion("P", FIXED_PRICE, "article:cola", price_minor=150), "price_minor", "1.50", "nobody gains"),
        (promotion("P", BUNDLE, "article:cola", "article:water", amount_minor=241), "amount_minor", "2.41", "below nothing"),
        (promotion("P", BUNDLE, "article:cola", price_minor=1), "goods", "1", "2 to 9 groups"),
        (promotion("P", N_FOR_M, Goods(("article:cola",), need=2), pay=2), "pay", "2", "1 to 1 are paid"),
        (promotion("P", N_FOR_M, Goods(("article:cola",), need=1), pay=1), "need", "1", "two pieces or more"),
        (promotion("P", CHEAPEST, SOFT, percent_bp=5_000, reduced=3), "reduced", "3", "are reduced"),
        (promotion("P", TIERS, SOFT, tiers=(Tier(5, percent_bp=1), Tier(2, percent_bp=2))), "tiers", "[5, 2]", "rise"),
        (promotion("P", TIERS, SOFT, tiers=(Tier(5, percent_bp=1, amount_minor=3),)), "tiers", "from 5", "exactly one"),
        (promotion("P", THRESHOLD, threshold_minor=500, amount_minor=600), "amount_minor", "600", "no more than the sum"),
        (promotion("P", THRESHOLD, threshold_minor=0, amount_minor=1), "threshold_minor", "0", "more than 0"),
        (promotion("P", THRESHOLD, threshold_minor=500), "percent_bp", "", "exactly one"),
        (promotion("P", HAPPY_HOUR, "article:cola", percent_bp=1), "hours", "", "needs hours"),
        (replace(PLAIN_ONE, hours=Hours((8,))), "hours", "[8]", "1 (Monday)"),
        (replace(PLAIN_ONE, hours=Hours((1,), 600, 600)), "hours", "600-600", "not the same"),
        (replace(PLAIN_ONE, from_ms=10, until_ms=10), "until_ms", "10", "ends before it begins"),
        (replace(PLAIN_ONE, stores=("AMS2",)), "stores", "AMS2", "did you mean AMS1?"),
        (replace(PLAIN_ONE, channels=("web shop",)), "channels", "web shop", "store, web"),
        (replace(PLAIN_ONE, customer_groups=("golden",)), "customer_groups", "golden", "did you mean gold?"),
        (replace(PLAIN_ONE, coupon=Coupon("once", ("A",))), "coupon", "once", "choose one of"),
        (replace(PLAIN_ONE, coupon=Coupon()), "coupon", "", "give its codes"),
        (replace(PLAIN_ONE, coupon=Coupon(codes=("welkom",))), "coupon", "welkom", "capital"),
        (replace(PLAIN_ONE, label="md35"), "label", "md35", "capital"),
        (replace(PLAIN_ONE, stacking=10), "stacking", "10", "0 to 9"),
        (replace(PLAIN_ONE, applications_max=-1), "applications_max", "-1", "or more"),
        (replace(PLAIN_ONE, budget_uses=-1), "budget_uses", "-1", "or more"),
        (replace(PLAIN_ONE, budget_unheard_minor=100), "budget_unheard_minor", "100", "give budget_minor or budget_uses"),
        (promotion("P", POINTS, "brand:Fris", points_bp=20_000, budget_minor=5), "budget_minor", "5", "points take nothing"),
        (replace(PLAIN_ONE, not_with=("P",)), "not_with", "P", "excludes itself"),
    ],
)  # fmt: skip
def test_each_fault_is_said_with_field_value_and_way_out(wrong: Promotion, field: str, value: str, says: str) -> None:
    faults = check_promotion(wrong, KNOWN)
    assert any((one.promotion, one.field, one.value) == (wrong.id, field, value) and says in one.mend for one in faults), faults


@pytest.mark.parametrize(
    ("broken", "law"),
    [
        (promotion("P", PERCENT, "category:Drinks", percent_bp=2_600), "Alcoholwet"),
        (promotion("P", N_FOR_M, Goods(("brand:Bron",), need=3), pay=2), "Alcoholwet"),
        (promotion("P", FIXED_PRICE, "article:wine", price_minor=599), "Alcoholwet"),
        (promotion("P", N_FOR_PRICE, Goods(("article:beer",), need=2), price_minor=299), "Alcoholwet"),
        (promotion("P", BUNDLE, "article:beer", "article:cola", price_minor=340), "Alcoholwet"),
        (promotion("P", GIFT, "article:cola", "article:beer"), "Alcoholwet"),
        (promotion("P", TIERS, "article:beer", tiers=(Tier(2, percent_bp=1_000), Tier(6, percent_bp=3_000))), "Alcoholwet"),
        (promotion("P", THRESHOLD, "class:alcohol", threshold_minor=1_000, amount_minor=300), "Alcoholwet"),
        (promotion("P", PERCENT, "article:shag", percent_bp=1), "Tabaks"),
        (promotion("P", EMPLOYEE, "category:Tobacco", percent_bp=1_000), "Tabaks"),
        (promotion("P", POINTS, "article:shag", points_bp=20_000), "Tabaks"),
        (promotion("P", PERCENT, "class:infant_formula", percent_bp=500, coupon=Coupon(codes=("BABY",))), "2016/127"),
        (promotion("P", MEMBER_PRICE, "article:novel", price_minor=2_000), "boekenprijs"),
    ],
)
def test_what_breaks_the_law_is_refused_by_its_name(broken: Promotion, law: str) -> None:
    (fault,) = check_promotion(broken, KNOWN)
    assert law in fault.law and fault.law in fault.mend and "leave out class:" in fault.mend


def test_what_the_law_keeps_out_may_be_left_out_by_name_or_stand_in_everything() -> None:
    assert not check_promotion(promotion("P", PERCENT, Goods(("category:Drinks",), ("class:alcohol",)), percent_bp=5_000), KNOWN)
    assert not check_promotion(promotion("P", EMPLOYEE, percent_bp=5_000), KNOWN)
    assert not check_promotion(promotion("P", PERCENT, "article:beer", percent_bp=5_000, countries=()), known_of(WARES))


def test_two_that_cannot_live_together_are_told_apart() -> None:
    one = replace(PLAIN_ONE, exclusive=True)
    other = replace(one, id="Q", percent_bp=2_000)
    (fault,) = check_promotions((one, other), KNOWN)
    assert (fault.promotion, fault.field, fault.value) == ("Q", "exclusive", "P")
    assert not check_promotions((replace(one, until_ms=5), replace(other, from_ms=5)), KNOWN)
    assert not check_promotions((one, replace(other, goods=(Goods(("article:water",)),))), KNOWN)
    (same_id,) = check_promotions((PLAIN_ONE, replace(PLAIN_ONE, percent_bp=5)), KNOWN)
    assert same_id.field == "id"
    (nobody,) = check_promotions((PLAIN_ONE, promotion("Summer", PERCENT, percent_bp=1, not_with=("Q",))), KNOWN)
    assert (nobody.field, nobody.value) == ("not_with", "Q")
    codes = [replace(PLAIN_ONE, id=use, coupon=Coupon(use, ("CODE",))) for use in ("open", "single")]
    (code,) = check_promotions(codes, KNOWN)
    assert (code.field, code.value) == ("coupon", "CODE")
