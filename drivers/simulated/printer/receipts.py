"""Finished receipts on disk: a picture, the text, and what happened while it was printed."""

import json
import queue
import threading
from collections.abc import Sequence
from pathlib import Path

from drivers.simulated.printer.paper import text_of
from drivers.simulated.printer.press import Piece
from drivers.simulated.printer.render import Typeface, png, render


def as_json(piece: Piece) -> dict[str, object]:
    """What is known of a piece of paper, without its picture."""
    return {
        "number": piece.number,
        "cut": piece.cut,
        "torn": piece.torn,
        "length_mm": round(piece.length_mm, 1),
        "lines": list(piece.lines),
        "codes": [{"kind": kind, "data": data} for kind, data in piece.codes],
        "events": [{"kind": one.kind, "detail": one.detail} for one in piece.happenings],
    }


class ReceiptFolder:
    """Saves each receipt once. Drawing takes time, so a thread of its own does it: the printer
    answers its host as fast with a folder as without."""

    def __init__(self, folder: Path, typeface: Typeface) -> None:
        """Make the folder if it is not there. Raises OSError when it cannot be written."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._typeface = typeface
        self._saved = 0
        self._queue: queue.SimpleQueue[Piece | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="receipt-folder", daemon=True)
        self._thread.start()

    def save(self, pieces: Sequence[Piece]) -> None:
        """Save those pieces that were not saved before."""
        for piece in pieces[-(pieces[-1].number - self._saved) :] if pieces else ():
            if piece.number > self._saved:
                self._saved = piece.number
                self._queue.put(piece)

    def close(self) -> None:
        """Finish the work and end the thread."""
        self._queue.put(None)
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while (piece := self._queue.get()) is not None:
            stem = self._folder / f"receipt-{piece.number:04d}"
            image = png(render(piece.items, self._typeface))
            stem.with_suffix(".png").write_bytes(image)
            stem.with_suffix(".txt").write_text(text_of(piece.items), encoding="utf-8")
            written = json.dumps(as_json(piece), ensure_ascii=False, indent=1)
            stem.with_suffix(".json").write_text(written + "\n", encoding="utf-8")
