"""What came out of the printer, as pictures and text, and what a reader of codes sees on the pictures."""

import io
import json
import re
from dataclasses import dataclass
from pathlib import Path

import httpx
import zxingcpp
from PIL import Image

from kiosk.domain.ticket import is_ticket
from tests.journeys.waiting import wait_for

NUMBER = re.compile(r"\b[A-Z0-9]+-\d\d-[A-Z]+-\d{6}\b")
TOTAL = re.compile(r"^Totaal EUR\s+(-?[\d.]+,\d\d)", re.MULTILINE)


@dataclass(frozen=True)
class Paper:
    """One piece of paper: what stands on it in letters, what a reader finds on its picture, and whether it was cut off."""

    file: Path
    text: str
    codes: tuple[str, ...]
    torn: bool

    @property
    def receipt(self) -> str:
        """The receipt's number in letters; empty on other paper."""
        found = NUMBER.search(self.text)
        return found[0] if found else ""

    @property
    def is_copy(self) -> bool:
        """Whether it is marked as a copy."""
        return "KOPIE" in self.text

    @property
    def total_minor(self) -> int:
        """The printed total in cents."""
        found = TOTAL.search(self.text)
        assert found, f"no total on {self.file.name}:\n{self.text}"
        return int(found[1].replace(".", "").replace(",", ""))


def read_codes(picture: bytes) -> tuple[str, ...]:
    """Every code that zxing-cpp, which is no part of Toonbank, reads on a picture."""
    image = Image.open(io.BytesIO(picture)).convert("L")
    return tuple(found.text for found in zxingcpp.read_barcodes(image))


def papers(folder: Path) -> list[Paper]:
    """All paper in the lab's folder, in the order in which it came out."""
    found = []
    for file in sorted(folder.glob("receipt-*.json")):
        about = json.loads(file.read_text("utf-8"))
        text = file.with_suffix(".txt").read_text("utf-8")
        found.append(Paper(file, text, read_codes(file.with_suffix(".png").read_bytes()), about["torn"]))
    return found


def ticket_code(control: str) -> str:
    """The code of the newest kiosk's ticket, read from the picture of its paper."""
    codes: list[str] = []

    def printed() -> bool:
        pieces = httpx.get(f"{control}/receipts").json()
        if pieces and pieces[-1]["cut"]:
            picture = httpx.get(f"{control}/receipts/{pieces[-1]['number']}.png").content
            codes[:] = [code for code in read_codes(picture) if is_ticket(code)]
        return bool(codes)

    wait_for(printed, "a ticket on paper")
    return codes[0]
