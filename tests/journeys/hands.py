"""The hands at a till and a kiosk that run in processes of their own: what a person does, through the puppet's pipe."""

import json
import queue
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.apps.demo import DemoShop
from kiosk.text import words
from tests.journeys.waiting import wait_for

ANSWER_S = 40.0
SCROLLS_MAX = 6


@dataclass
class Hands:
    """One window and a person in front of it. Words are given in English and looked for in the screen's language."""

    process: "subprocess.Popen[str]"
    name: str
    pictures: Path
    language: str = "nl"
    _answers: "queue.SimpleQueue[str]" = field(default_factory=queue.SimpleQueue)

    def __post_init__(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()

    def do(self, **command: Any) -> dict[str, Any]:
        """One command and its answer; an assertion with the whole screen when it could not be done."""
        pipe = self.process.stdin
        assert pipe is not None, "started with pipes"
        pipe.write(json.dumps(command) + "\n")
        pipe.flush()
        try:
            line = self._answers.get(timeout=ANSWER_S)
        except queue.Empty:
            raise AssertionError(f"the {self.name} does not answer to {command}; see its log") from None
        assert line, f"the {self.name} ended at {command} with exit code {self.process.wait(10)}; see its log"
        answer: dict[str, Any] = json.loads(line)
        if not answer["ok"] and command["do"] != "shot":
            self.shot("failed")
        assert answer["ok"], f"{self.name}: {command}: {answer['why']}\n{answer.get('state')}\n{answer.get('tree')}"
        return answer

    def say(self, text: str, **values: object) -> str:
        """A text as it stands on this screen."""
        return words(self.language)(text, **values)

    def key(self, *keys: str) -> None:
        """Press keys by their name in Qt."""
        for key in keys:
            self.do(do="key", key=key)

    def type(self, text: str) -> None:
        """Type with the fingers."""
        self.do(do="type", text=text)

    def burst(self, text: str) -> None:
        """Scan with a keyboard scanner."""
        self.do(do="burst", text=text)

    def tap(self, name: str) -> None:
        """Touch what is called so, in English."""
        self.do(do="click", name=self.say(name))

    def tap_name(self, name: str) -> None:
        """Touch what is called so, letter by letter: a product, a person."""
        self.do(do="click", name=name)

    def scroll_to(self, name: str) -> None:
        """Touch the key that scrolls until something can be touched."""

        def there() -> bool:
            return any(one.startswith(name) for one in self.do(do="reach")["names"])

        for _ in range(SCROLLS_MAX):
            if there():
                return
            self.tap("Scroll down")
        wait_for(there, f"{name} to come into view")

    def sees(self, *texts: str, within_s: float = 20.0, **state: str) -> None:
        """Wait until texts stand on the screen and the screen is the one named (screen=, dialog=, page=, panel=)."""
        self.do(do="wait", texts=list(texts), state=state, within_s=within_s)

    def shot(self, name: str) -> None:
        """A picture of the screen, numbered in the order of the day."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        number = len(list(self.pictures.glob("*.png"))) + 1
        self.do(do="shot", path=str(self.pictures / f"{number:02d}-{self.name}-{name}.png"))

    def screen(self) -> list[str]:
        """Everything that can be read on the screen."""
        found: list[str] = self.do(do="tree")["tree"]
        return found

    def _listen(self) -> None:
        pipe = self.process.stdout
        assert pipe is not None, "started with pipes"
        for line in pipe:
            self._answers.put(line)
        self._answers.put("")


def open_window(shop: DemoShop, kind: str, folder: str, pictures: Path) -> Hands:
    """Start the till or kiosk of a folder of the shop in a process of its own."""
    argv = ["-m", "tests.journeys.puppet", kind, str(shop.folder / folder)]
    return Hands(shop.spawn(folder, argv, capture=True), kind, pictures)
