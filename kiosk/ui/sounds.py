"""Short sounds at once: a thread of its own holds the sound device open and plays from memory."""

import ctypes
import threading
import wave
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from importlib import resources
from queue import SimpleQueue
from typing import Any, Protocol

GOOD, REFUSED, ATTENTION, DONE = "scan_good", "scan_refused", "attention", "done"
NAMES = (GOOD, REFUSED, ATTENTION, DONE)

_LIBRARY = "libasound.so.2"
"""By its own name, the same for twenty years: to ask ctypes for it starts a process while the till starts."""
_LATENCY_US = 20_000
_QUEUE_MAX = 4


class SoundState(Enum):
    """How the sound is."""

    STARTING = "starting"
    READY = "ready"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Clip:
    """A sound as the device wants it: signed 16-bit little-endian frames."""

    frames: bytes
    rate: int
    channels: int


class Player(Protocol):
    """Plays one clip at a time. `open` raises OSError where there is no sound device."""

    def open(self, clip: Clip) -> None:
        """Get ready for clips of this shape."""
        ...

    def play(self, clip: Clip) -> None:
        """Play; returns when the device has taken the clip. Raises OSError when the device went away."""
        ...

    def close(self) -> None:
        """Let go of the device."""
        ...


class Alsa:
    """The default sound device by libasound, which every Linux desktop has; no library of our own to ship."""

    def __init__(self) -> None:
        self._pcm = ctypes.c_void_p()
        self._library: Any = None

    def open(self, clip: Clip) -> None:
        """Open the default device."""
        self._library = ctypes.CDLL(_LIBRARY)
        self._quiet()
        self._check(self._library.snd_pcm_open(ctypes.byref(self._pcm), b"default", 0, 0))
        # 0 = playback, 2 = S16_LE, 3 = interleaved frames by write, 1 = let ALSA convert the rate
        self._check(
            self._library.snd_pcm_set_params(
                self._pcm, 2, 3, clip.channels, clip.rate, 1, _LATENCY_US
            )
        )

    def play(self, clip: Clip) -> None:
        """Write all frames; a device that ran dry since the last clip is made ready first."""
        self._check(self._library.snd_pcm_prepare(self._pcm))
        frames = len(clip.frames) // (2 * clip.channels)
        self._library.snd_pcm_writei.restype = ctypes.c_long
        self._check(self._library.snd_pcm_writei(self._pcm, clip.frames, ctypes.c_ulong(frames)))
        self._check(self._library.snd_pcm_drain(self._pcm))

    def close(self) -> None:
        """Close the device."""
        if self._pcm.value is not None:
            self._library.snd_pcm_close(self._pcm)
            self._pcm = ctypes.c_void_p()

    def _quiet(self) -> None:
        """ALSA prints each failure on stderr by itself; the state of Sounds says it instead."""
        kind = ctypes.CFUNCTYPE(None)
        self._handler = kind(lambda: None)  # kept: ALSA calls it later
        self._library.snd_lib_error_set_handler(self._handler)

    def _check(self, answer: int) -> None:
        if answer < 0:
            self._library.snd_strerror.restype = ctypes.c_char_p
            raise OSError(self._library.snd_strerror(answer).decode(errors="replace"))


class Sounds:
    """Asks for a sound and goes on at once. `beep` stands in where there is no sound device (called on this thread)."""

    def __init__(
        self, player: Player, clips: Mapping[str, Clip], beep: Callable[[], None] | None = None
    ) -> None:
        self.state = SoundState.STARTING
        self._player, self._clips, self._beep = player, clips, beep
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="sounds", daemon=True)
        self._thread.start()

    def play(self, name: str) -> None:
        """Play one of NAMES as soon as the one before has ended; more than a few waiting are dropped."""
        assert name in NAMES, f"there is no sound {name}"
        if self.state is SoundState.SILENT:
            if self._beep is not None:
                self._beep()
        elif self._queue.qsize() < _QUEUE_MAX:
            self._queue.put(name)

    def close(self) -> None:
        """End after the sound under way."""
        self._queue.put(None)
        self._thread.join(5.0)

    def _work(self) -> None:
        try:
            self._player.open(next(iter(self._clips.values())))
            self.state = SoundState.READY
            while (name := self._queue.get()) is not None:
                self._player.play(self._clips[name])
        except OSError:
            # No sound is no reason to stop selling: the screen shows every refusal as well.
            self.state = SoundState.SILENT
        finally:
            self._player.close()


def read_clips() -> dict[str, Clip]:
    """All sounds of assets/sounds."""
    return {name: _read(name) for name in NAMES}


def _read(name: str) -> Clip:
    with (
        (resources.files("assets") / "sounds" / f"{name}.wav").open("rb") as file,
        wave.open(file) as sound,
    ):
        assert sound.getsampwidth() == 2, f"{name}.wav must have 16 bits a sample"
        return Clip(
            sound.readframes(sound.getnframes()), sound.getframerate(), sound.getnchannels()
        )
