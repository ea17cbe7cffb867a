"""Makes the four sounds of the till out of sines: no recording, no licence to ask for.

Run by path: python packaging/assets/make_sounds.py [--out DIR]. The same bytes come out every time.

Why these: a good scan must be heard a thousand times a day without hurting, so it is one short high
tone. A refused one must be told apart by a cashier who is not looking or who hears high tones
badly, so it is low, rough (a third harmonic) and double. The call for help rises, the end of a job
rises softly; neither can be taken for a scan.
"""

from __future__ import annotations

import argparse
import math
import struct
import wave
from dataclasses import dataclass
from pathlib import Path

RATE_HZ = 44_100
FADE_MS = 6
DEFAULT_OUT = Path(__file__).resolve().parent.parent.parent / "assets" / "sounds"


@dataclass(frozen=True)
class Tone:
    """One stretch of sound: frequency in Hz (0 is silence), length in ms, loudness 0 to 1."""

    frequency_hz: float
    length_ms: int
    level: float
    third_harmonic: float = 0.0


SOUNDS: dict[str, tuple[Tone, ...]] = {
    "scan_good": (Tone(1_900, 70, 0.5, 0.04),),
    "scan_refused": (Tone(330, 50, 0.75, 0.35), Tone(0, 16, 0.0), Tone(233, 54, 0.8, 0.35)),
    "attention": (Tone(784, 36, 0.55, 0.1), Tone(988, 36, 0.55, 0.1), Tone(1_319, 48, 0.6, 0.1)),
    "done": (Tone(880, 46, 0.4), Tone(1_175, 66, 0.4)),
}


def samples_of(tone: Tone) -> list[int]:
    """Samples, 16 bit signed. Both ends fade, or the loudspeaker clicks at each tone."""
    count = tone.length_ms * RATE_HZ // 1_000
    fade = min(FADE_MS * RATE_HZ // 1_000, count // 2)
    scale = tone.level / (1 + tone.third_harmonic)
    out = []
    for index in range(count):
        angle = 2 * math.pi * tone.frequency_hz * index / RATE_HZ
        edge = min(index, count - 1 - index, fade) / fade
        value = math.sin(angle) + tone.third_harmonic * math.sin(3 * angle)
        out.append(round(32_767 * scale * math.sin(edge * math.pi / 2) ** 2 * value))
    return out


def write_sound(path: Path, tones: tuple[Tone, ...]) -> None:
    """Write the tones, one after the other, as a mono WAV file."""
    samples = [sample for tone in tones for sample in samples_of(tone)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


def main() -> None:
    """Write every sound."""
    parser = argparse.ArgumentParser(description="Make the till's sounds.")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="folder to write to")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for name, tones in SOUNDS.items():
        write_sound(out / f"{name}.wav", tones)


if __name__ == "__main__":
    main()
