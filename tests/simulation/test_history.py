"""The checkers of histories: what they let pass, and what they do not."""

import itertools
import random

from tests.simulation.history import NEVER_MS, Call, Read, Use, linearizable, monotonic, reads_own_writes, writes_follow_reads

ONE = 1_000


def reserve(began_ms: int, ended_ms: int, result: str, name: str = "", quantity: int = ONE) -> Call:
    """A reservation with its answer; without one nobody knows."""
    return Call("reserve", "ring", quantity, began_ms, ended_ms, result, name)


def release(name: str, began_ms: int, ended_ms: int = NEVER_MS) -> Call:
    """A reservation given back."""
    return Call("release", name, ONE, began_ms, ended_ms, "released" if ended_ms < NEVER_MS else "")


def test_the_last_piece_goes_to_one_of_two_who_ask_at_once() -> None:
    assert linearizable([reserve(0, 10, "ok", "a"), reserve(5, 15, "refused")], ONE)
    assert not linearizable([reserve(0, 10, "ok", "a"), reserve(5, 15, "ok", "b")], ONE)


def test_a_refusal_while_there_was_enough_is_explained_by_no_order() -> None:
    assert not linearizable([reserve(0, 10, "refused"), reserve(20, 30, "ok", "a")], ONE)
    assert linearizable([reserve(0, 10, "refused"), reserve(20, 30, "ok", "a")], ONE) is False


def test_a_call_without_an_answer_may_have_happened_or_not_also_much_later() -> None:
    lost = reserve(0, NEVER_MS, "")
    assert linearizable([lost, reserve(10, 20, "ok", "a")], ONE), "it never happened, or after that"
    assert linearizable([lost, reserve(10, 20, "refused")], ONE), "it happened first"
    assert not linearizable([lost, reserve(10, 20, "refused"), reserve(30, 40, "ok", "a")], ONE), "it cannot be undone"


def test_what_is_given_back_is_free_again_once() -> None:
    taken = reserve(0, 10, "ok", "a")
    assert linearizable([taken, release("a", 20, 30), reserve(40, 50, "ok", "b")], ONE)
    twice = [taken, release("a", 20, 30), release("a", 32, 34), reserve(40, 50, "ok", "b"), reserve(60, 70, "ok", "c")]
    assert not linearizable(twice, ONE)


def test_an_order_that_the_times_forbid_is_not_used() -> None:
    early = [reserve(0, 10, "refused"), reserve(20, 30, "ok", "a"), release("a", 40, 50)]
    assert not linearizable(early, ONE), "the refusal ended before the piece was taken"
    assert linearizable([reserve(0, 25, "refused"), *early[1:]], ONE), "now it may have come after"


def test_a_history_is_searched_in_parts_where_nothing_was_under_way() -> None:
    long = [
        call
        for n in range(100)
        for call in (reserve(n * 100, n * 100 + 10, "ok", f"r{n}"), release(f"r{n}", n * 100 + 20, n * 100 + 30))
    ]
    assert linearizable(long, ONE)
    assert linearizable([reserve(n, NEVER_MS, "") for n in range(100)], ONE) is None, "too long, and said so"


def test_a_session_never_goes_back_but_a_new_epoch_begins_anew() -> None:
    assert not monotonic([Read("T0", 1, 1, 5), Read("T0", 2, 1, 5), Read("T1", 3, 1, 2), Read("T0", 4, 2, 1)])
    assert len(monotonic([Read("T0", 1, 1, 5), Read("T0", 2, 1, 4)])) == 1
    assert len(monotonic([Read("T0", 1, 2, 1), Read("T0", 2, 1, 9)])) == 1, "an old epoch is further back than any revision"


def test_what_a_session_wrote_it_reads_if_it_asked_after_that() -> None:
    wrote = [Read("T0", 10, 1, 7)]
    assert not reads_own_writes(wrote, [Read("T0", 11, 1, 7), Read("T0", 9, 1, 6), Read("T1", 11, 1, 6), Read("T0", 12, 2, 1)])
    assert len(reads_own_writes(wrote, [Read("T0", 11, 1, 6)])) == 1


def test_nobody_uses_more_than_what_had_reached_it() -> None:
    assert not writes_follow_reads([Use("T0", "coat", 2, 2)])
    assert len(writes_follow_reads([Use("T0", "coat", 3, 2)])) == 1


def test_more_calls_without_an_answer_than_can_be_tried_are_not_judged_and_end_soon() -> None:
    lost = [reserve(n, NEVER_MS, "", f"r{n}") for n in range(24)] + [release(f"r{n}", n) for n in range(24)]
    assert linearizable([*lost, reserve(100, 110, "refused")], 7 * ONE) is None


def _by_every_order(calls: list[Call], stock: int) -> bool:
    """The same question by trying every order of every choice of those without an answer."""
    sure, lost = ([call for call in calls if (call.ended_ms == NEVER_MS) is never] for never in (False, True))
    chosen = (some for count in range(len(lost) + 1) for some in itertools.combinations(lost, count))
    return any(_explains(order, stock) for some in chosen for order in itertools.permutations([*sure, *some]))


def _explains(order: tuple[Call, ...], free: int) -> bool:
    gone: set[str] = set()
    for place, call in enumerate(order):
        if any(later.ended_ms < call.began_ms for later in order[place + 1 :]):
            return False
        if call.what == "reserve":
            if call.result != ("ok" if free >= call.quantity else "refused") and call.result:
                return False
            free -= call.quantity if free >= call.quantity else 0
        elif call.on not in gone:
            gone.add(call.on)
            free += call.quantity
    return True


def test_orders_that_explain_no_more_are_left_out_and_the_judgement_is_that_of_all_orders() -> None:
    chance, verdicts = random.Random(5), set[bool]()
    for _ in range(200):
        calls = []
        for _ in range(chance.randint(2, 5)):
            began_ms = chance.randrange(30)
            ended_ms = NEVER_MS if chance.random() < 0.4 else began_ms + chance.randrange(20)
            if chance.random() < 0.7:
                result = "" if ended_ms == NEVER_MS else chance.choice(("ok", "refused"))
                calls.append(reserve(began_ms, ended_ms, result, quantity=chance.choice((ONE, ONE, 2 * ONE))))
            else:
                calls.append(release(chance.choice("ab"), began_ms, ended_ms))
        stock = chance.randrange(3) * ONE
        verdict = linearizable(calls, stock)
        assert verdict is _by_every_order(calls, stock), calls
        verdicts.add(verdict)
    assert verdicts == {True, False}
