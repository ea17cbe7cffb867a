"""A keyboard-wedge scanner behind the Scanner face; whoever sees the keys first feeds it.

Its face for keys is made of plain values, so that a user interface feeds it without an import.
"""

from collections.abc import Callable, Iterable

from drivers.api import DeviceState, Health, OnHealth, OnScan, Scan, Tools
from drivers.errors import AddressRefused
from drivers.transport.address import Address
from drivers.wedge.frames import US_LAYOUT, text_of
from drivers.wedge.judge import Action, Key, Release, Suffix, WedgeJudge, WedgeProfile


class WedgeScanner:
    """See Scanner. All calls come from the thread that sees the keys; so do its callbacks."""

    def __init__(self, source: str, profile: WedgeProfile, clock_ns: Callable[[], int]) -> None:
        self._source, self._clock_ns = source, clock_ns
        self._judge = WedgeJudge(profile)
        self._on_scan: OnScan | None = None
        self._health = Health(DeviceState.CLOSED, since_ns=clock_ns())

    @property
    def due_ms(self) -> int | None:
        """When `tick` is due, on the clock of the keys; None when no key is held."""
        return self._judge.due_ms

    def open(self, on_scan: OnScan, on_health: OnHealth) -> None:
        """See Scanner.open. A wedge cannot be seen to be absent: it is READY when it is open."""
        self._on_scan = on_scan
        self._health = Health(DeviceState.READY, since_ns=self._clock_ns())
        on_health(self._health)

    def close(self) -> None:
        """See Scanner.close."""
        self._on_scan = None
        self._health = Health(DeviceState.CLOSED, since_ns=self._clock_ns())

    def health(self) -> Health:
        """See Scanner.health."""
        return self._health

    def key(
        self,
        text: str,
        at_ms: int,
        *,
        scan_code: int = 0,
        shift: bool = False,
        auto_repeat: bool = False,
        token: object = None,
    ) -> tuple[object, ...]:
        """One key press, before any widget sees it; returns the tokens to hand on as typing, now.

        A press whose token is not among them is held, and comes from a later call, or never.
        """
        if self._on_scan is None:
            return (token,)
        key = Key(text, at_ms, scan_code, shift, auto_repeat, token)
        return self._carry_out(self._judge.key(key))

    def tick(self, now_ms: int) -> tuple[object, ...]:
        """Time passed without a key; returns the tokens to hand on as typing."""
        return self._carry_out(self._judge.tick(now_ms))

    def _carry_out(self, actions: Iterable[Action]) -> tuple[object, ...]:
        released: list[object] = []
        for action in actions:
            if isinstance(action, Release):
                released += [key.token for key in action.keys]
            elif self._on_scan is not None:
                aim, text = text_of(action.text)
                raw = action.text.encode("utf-8", errors="replace")
                self._on_scan(Scan(self._source, raw, text, aim, self._clock_ns(), action.complete))
        return tuple(released)


def create(address: Address, tools: Tools) -> WedgeScanner:
    """A scanner from `wedge://?gap=30&suffix=enter`, with its options; raises AddressRefused.

    `gap` in ms, `prefix`, `suffix` (enter, tab, none), `min` length, `layout=us` for a scanner that
    types as a US keyboard, `source` for the role.
    """
    address.allow("gap", "prefix", "suffix", "min", "layout", "source")
    layout = address.options.get("layout", "")
    if address.host or address.path or layout not in ("", "us"):
        raise AddressRefused(f"{address.text}: use wedge://?gap=30&suffix=enter, layout only us")
    try:
        profile = WedgeProfile(
            gap_max_ms=int(address.number("gap", 30, 1, 250)),
            prefix=address.options.get("prefix", ""),
            suffix=address.choice("suffix", Suffix.ENTER),
            length_min=int(address.number("min", 4, 3, 64)),
            layout=US_LAYOUT if layout == "us" else {},
        )
    except ValueError as error:
        raise AddressRefused(f"{address.text}: {error}") from error
    return WedgeScanner(address.options.get("source", "wedge"), profile, tools.clock_ns)
