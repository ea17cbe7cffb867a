"""What a kiosk may not promise by itself, asked of the hub: it holds the goods, has none that are free, or cannot be asked."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from kiosk.services.reserving import Answer, Held, Hold, Told
from kiosk.ui.bridge import Bridge
from sync.agent.events import Failure
from sync.protocol.messages import GoodsHeld

if TYPE_CHECKING:
    from kiosk.apps.hubline import HubLine

NOT_FREE = "reservation.refused"
"""The hub's word for goods of which there are not as many."""


def hold_asker(
    line: "Callable[[], HubLine]", bridge: Bridge, is_connected: Callable[[], bool]
) -> Callable[[Hold, Callable[[Answer], None]], None]:
    """Asks the hub; told on the screen's thread. While the hub is known to be away nobody waits for it."""

    def ask(hold: Hold, told: Callable[[Answer], None]) -> None:
        if not is_connected():
            bridge.post(lambda: told(Told.AWAY))
            return
        asked = line().hold_goods(hold.store, hold.article, hold.quantity_milli, hold.id)
        asked.add_done_callback(lambda done: bridge.post(lambda: told(_answer(done))))

    return ask


def _answer(done: "Future[GoodsHeld | Failure]") -> Answer:
    reply = None if done.cancelled() or done.exception() else done.result()
    if isinstance(reply, GoodsHeld):
        return Held(reply.id, reply.expires_ms)
    return Told.NONE_FREE if isinstance(reply, Failure) and reply.code == NOT_FREE else Told.AWAY
