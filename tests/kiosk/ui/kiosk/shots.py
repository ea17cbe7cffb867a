"""Pictures of every screen, for people to look at: python -m tests.kiosk.ui.kiosk.shots --out DIR."""

import argparse
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Qt reads these when the application object is made.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from tests.kiosk.ui.kiosk.stage import kiosk_stage
from tests.kiosk.ui.kiosk.walks import LOOKS, SHOTS, begin

BRANDS = {"fashion": "base", "grocery": "markt"}


def take(out: Path, sample: str, wanted: str, looks: list[str]) -> Iterator[Path]:
    """Take the pictures of one shop whose names begin with `wanted`."""
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-shots-") as folder,
        kiosk_stage(Path(folder), sample, brand=BRANDS[sample]) as stage,
    ):
        for look, wear in LOOKS:
            if looks and (look.rstrip("-") or "plain") not in looks:
                continue
            for name, walk in SHOTS:
                if name.startswith(wanted):
                    begin(stage, wear, walk)
                    path = out / f"{sample}-{look}{name}.png"
                    stage.grab().save(str(path))
                    yield path


def take_closed(out: Path) -> Path:
    """The kiosk that has nothing to sell yet."""
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-shots-") as folder,
        kiosk_stage(Path(folder), empty=True) as stage,
    ):
        path = out / "closed.png"
        stage.grab().save(str(path))
        return path


def main() -> None:
    """Take them all, or those asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="beginning of the names")
    parser.add_argument("--looks", default="", help="plain,contrast,large,very-large,reach")
    parser.add_argument("--sample", default="fashion,grocery")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    looks = given.looks.split(",") if given.looks else []
    for sample in given.sample.split(","):
        for path in take(given.out, sample, given.only, looks):
            print(path)
    if not looks:
        print(take_closed(given.out))


if __name__ == "__main__":
    main()
