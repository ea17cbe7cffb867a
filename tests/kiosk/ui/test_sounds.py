"""Sounds are played at once and in order, and their lack stops nobody."""

import threading
import time

from kiosk.ui.sounds import ATTENTION, DONE, GOOD, NAMES, REFUSED, Clip, Sounds, SoundState, read_clips

WAIT_S = 10


class FakePlayer:
    """Remembers which clip was played when, and lets a test wait for a number of them."""

    def __init__(self, fault: bool = False) -> None:
        self.played: list[tuple[Clip, int]] = []
        self.is_closed = threading.Event()
        self._fault = fault
        self._more = threading.Condition()

    def open(self, clip: Clip) -> None:
        """There is a device, or none."""
        if self._fault:
            raise OSError("no such device")

    def play(self, clip: Clip) -> None:
        """Played."""
        with self._more:
            self.played.append((clip, time.monotonic_ns()))
            self._more.notify_all()

    def close(self) -> None:
        """Let go."""
        self.is_closed.set()

    def wait_for(self, count: int) -> None:
        """Until so many were played."""
        with self._more:
            assert self._more.wait_for(lambda: len(self.played) >= count, WAIT_S)


def test_every_sound_is_there_and_short():
    clips = read_clips()
    assert set(clips) == set(NAMES)
    for clip in clips.values():
        assert len(clip.frames) / (2 * clip.channels * clip.rate) < 0.6
    assert clips[GOOD].frames != clips[REFUSED].frames


def test_a_sound_reaches_the_device_within_fifty_milliseconds():
    player, clips = FakePlayer(), read_clips()
    sounds = Sounds(player, clips)
    sounds.play(DONE)
    player.wait_for(1)  # the device is open
    late = []
    for count in range(2, 22):
        before = time.monotonic_ns()
        sounds.play(GOOD if count % 2 else REFUSED)
        player.wait_for(count)
        late.append(player.played[-1][1] - before)
    sounds.close()
    assert sorted(late)[len(late) // 2] < 50_000_000
    assert player.played[1][0] == clips[REFUSED] and player.played[2][0] == clips[GOOD]
    assert player.is_closed.is_set() and sounds.state is SoundState.READY


def test_without_a_device_the_state_says_so_and_a_beep_stands_in():
    beeps: list[None] = []
    player = FakePlayer(fault=True)
    sounds = Sounds(player, read_clips(), lambda: beeps.append(None))
    assert player.is_closed.wait(WAIT_S)
    sounds.play(ATTENTION)
    assert sounds.state is SoundState.SILENT and len(beeps) == 1 and not player.played
    sounds.close()
