"""The camera reads picture files as a shop has them, each code once, and is off while nobody looks."""

import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from drivers import registry
from drivers.api import Camera, DeviceState, Health, Scan, Sight, Tools
from drivers.camera.frames import MjpegFramer, NoPictures
from drivers.camera.pictures import develop
from drivers.camera.reading import TURNS, Found, codes_in
from drivers.camera.watch import GONE_LOOKS, GONE_NS, Watch
from drivers.errors import AddressRefused
from drivers.simulated.camera.device import SimulatedCamera
from drivers.transport.v4l2 import GREY, MJPEG, NV12, YUYV, Raw
from tests.drivers.scenes import EAN, LINK, OTHER, Label, scene

TOOLS = Tools(time.monotonic_ns, lambda: 0.0)
CEILING_S = 30.0
LOOK_NS = 125_000_000


def looked(path: Path) -> list[Found]:
    """What each way of looking finds nearest to the middle."""
    luma = Image.open(path).convert("L")
    ways = [codes_in(luma, turn) for turn in range(TURNS)]
    return [found[0] for found in ways if found]


@pytest.mark.parametrize(
    ("name", "label", "blur", "light"),
    [
        ("straight", Label(EAN), 0.0, 1.0), ("upside-down", Label(EAN, turned=180), 0.0, 1.0),
        ("tilted", Label(EAN, turned=45), 0.0, 1.0),
        ("steep", Label(EAN, turned=-60), 0.0, 1.0), ("blurred", Label(EAN), 1.5, 1.0), ("dark", Label(EAN), 0.0, 0.1),
        ("far", Label(EAN, scale=2), 0.0, 1.0), ("link", Label(LINK, turned=30), 0.0, 1.0),
    ],
)  # fmt: skip
def test_a_code_is_read_from_a_picture_file(tmp_path: Path, name: str, label: Label, blur: float, light: float) -> None:
    found = looked(scene(tmp_path, name, label, blur=blur, light=light))
    assert found and {one.text for one in found} == {label.text}
    assert found[0].aim == ("]E0" if label.text == EAN else "]Q1")


def test_of_several_codes_the_one_nearest_the_middle_is_meant(tmp_path: Path) -> None:
    labels = (Label(OTHER, 300, 180, scale=3), Label(EAN, 720, 400, scale=3), Label(LINK, 1120, 560))
    found = codes_in(Image.open(scene(tmp_path, "three", *labels)).convert("L"), 0)
    assert [one.text for one in found] == [EAN, OTHER, LINK]
    assert found[0].away < 150 < found[1].away


def seen(text: str, *, corrects: bool = True) -> Found:
    """A code in the middle."""
    return Found(text, text.encode(), None, 0.0, corrects)


def test_a_code_that_stays_is_told_once_and_again_when_it_had_left() -> None:
    watch, at = Watch(), 0
    told = []
    for looks, found in ((12, [seen("A")]), (3, []), (4, [seen("A")]), (GONE_NS // LOOK_NS + 2, []), (2, [seen("A")])):
        for _ in range(looks):
            at += LOOK_NS
            told.append(watch.see(found, at))
    assert [one.text for one in told if one] == ["A", "A"]
    assert told[0] and told[-2]


def test_on_a_slow_machine_a_code_has_left_only_after_every_way_of_looking() -> None:
    watch, slow = Watch(), GONE_NS
    assert watch.see([seen("A")], slow)
    for look in range(2, GONE_LOOKS):
        assert watch.see([], look * slow) is None
    assert watch.see([seen("A")], GONE_LOOKS * slow) is None


def test_bars_are_believed_when_two_looks_agree() -> None:
    watch = Watch()
    assert watch.see([seen("1", corrects=False)], LOOK_NS) is None
    assert watch.see([seen("7", corrects=False)], 2 * LOOK_NS) is None
    assert watch.see([seen("1", corrects=False)], 3 * LOOK_NS) is None
    assert watch.see([], 4 * LOOK_NS) is None
    assert watch.see([seen("1", corrects=False)], 5 * LOOK_NS) == seen("1", corrects=False)


def test_another_code_that_comes_to_the_middle_is_told_while_the_first_is_still_seen() -> None:
    watch = Watch()
    first, second = seen("A"), seen("B")
    assert watch.see([first, second], LOOK_NS) == first
    assert watch.see([second, first], 2 * LOOK_NS) == second
    assert watch.see([first, second], 3 * LOOK_NS) is None


@pytest.mark.parametrize("kind", [MJPEG, NV12, YUYV, GREY])
def test_every_format_gives_brightness_at_full_size_and_a_view_at_half(kind: str) -> None:
    shot = develop(raw_of(kind))
    assert shot is not None
    assert (shot.luma.size, shot.luma.mode) == ((64, 48), "L") and (shot.view.size, shot.view.mode) == ((32, 24), "RGB")
    left, right = shot.view.getpixel((6, 12)), shot.view.getpixel((26, 12))
    assert isinstance(left, tuple) and isinstance(right, tuple)
    assert shot.luma.getpixel((10, 24)) != shot.luma.getpixel((54, 24))
    if kind != GREY:
        assert left[0] > 150 > left[2] and right[2] > 150 > right[0], "red is left and blue is right"


def raw_of(kind: str) -> Raw:
    """Red on the left and blue on the right, 64 x 48, as a camera packs it; rows have 16 bytes more than they need."""
    image = Image.new("RGB", (64, 48), (230, 20, 20))
    image.paste((20, 20, 230), (32, 0, 64, 48))
    if kind == MJPEG:
        out = BytesIO()
        image.save(out, "JPEG", quality=95)
        return Raw(kind, 64, 48, 0, out.getvalue())
    bright, blue, red = (plane.tobytes() for plane in image.convert("YCbCr").split())
    data = bytearray()
    for row in range(48):
        part = slice(row * 64, row * 64 + 64)
        if kind == YUYV:
            pairs = zip(bright[part][::2], blue[part][::2], bright[part][1::2], red[part][::2], strict=True)
            data += b"".join(map(bytes, pairs)) + bytes(16)
        else:
            data += bright[part] + bytes(16)
    if kind == NV12:
        for row in range(0, 48, 2):
            part = slice(row * 64, row * 64 + 64, 2)
            data += b"".join(map(bytes, zip(blue[part], red[part], strict=True))) + bytes(16)
    return Raw(kind, 64, 48, 144 if kind == YUYV else 80, bytes(data))


@pytest.mark.parametrize("data", [b"", b"\xff\xd8 half", b"no picture at all"])
def test_a_damaged_picture_is_passed_over(data: bytes) -> None:
    assert all(develop(Raw(kind, 64, 48, 0, data)) is None for kind in (MJPEG, NV12, YUYV, GREY, "H264"))


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=\"--frame\"\r\n\r\n"
ONE, TWO = b"\xff\xd8 one \xff\xd9", b"\xff\xd8 two --fr \xff\xd9"


@pytest.mark.parametrize("portion", [1, 7, 10_000])
def test_pictures_come_whole_out_of_any_portions_with_and_without_a_length(portion: int) -> None:
    told = b"--frame\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(ONE), ONE)
    untold = b"--frame\r\nContent-Type: image/jpeg\r\n\r\n%s\r\n" % TWO
    junk = b"--frame\r\nContent-Length: 4\r\n\r\njunk\r\n"
    stream = HEAD + told + untold + junk + told + b"--frame"
    framer, found = MjpegFramer(), list[bytes]()
    for start in range(0, len(stream), portion):
        found += framer.feed(stream[start : start + portion])
    assert found == [ONE, TWO, ONE]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 401 Unauthorized\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"SSH-2.0-x\r\n\r\n",
        b"\xff" * 20_000, HEAD + b"--frame\r\n\r\n" + b"x" * 9_000_000,
    ],
)  # fmt: skip
def test_what_is_no_camera_is_told_apart(answer: bytes) -> None:
    with pytest.raises(NoPictures):
        MjpegFramer().feed(answer)


class Ear:
    """Hears a camera; waits for what comes."""

    def __init__(self) -> None:
        self.scans: list[Scan] = []
        self.sights: list[Sight] = []
        self.states: list[tuple[DeviceState, str]] = []
        self._news = threading.Condition()

    def scan(self, scan: Scan) -> None:
        """It read something."""
        self._add(lambda: self.scans.append(scan))

    def sight(self, sight: Sight) -> None:
        """It saw something."""
        self._add(lambda: self.sights.append(sight))

    def health(self, health: Health) -> None:
        """How it is has changed."""
        self._add(lambda: self.states.append((health.state, health.code)))

    def wait(self, holds: Callable[[], bool]) -> bool:
        """Wait until something is so."""
        with self._news:
            return self._news.wait_for(holds, CEILING_S)

    def _add(self, add: Callable[[], None]) -> None:
        with self._news:
            add()
            self._news.notify_all()


@pytest.fixture
def simulated() -> Iterator[SimulatedCamera]:
    with SimulatedCamera() as camera:
        yield camera


@pytest.fixture
def camera(simulated: SimulatedCamera) -> Iterator[Camera]:
    made = registry.camera(simulated.address, TOOLS)
    yield made
    made.close()


def test_it_is_off_until_somebody_looks_and_off_again_when_they_stop(
    simulated: SimulatedCamera, camera: Camera, tmp_path: Path
) -> None:
    ear = Ear()
    simulated.show(scene(tmp_path, "one", Label(LINK)))
    camera.open(ear.scan, ear.health)
    assert simulated.state()["watchers"] == 0 and camera.health().state is DeviceState.CLOSED
    camera.look(ear.sight)
    assert ear.wait(lambda: len(ear.scans) == 1 and len(ear.sights) >= 3)
    assert (ear.scans[0].text, ear.scans[0].aim, ear.scans[0].source) == (LINK, "]Q1", "camera")
    assert (ear.sights[0].width, ear.sights[0].height, len(ear.sights[0].rgb)) == (640, 360, 640 * 360 * 3)
    camera.rest()
    told = len(ear.sights), len(ear.scans)
    assert simulated.wait_for(lambda one: one.watchers == 0, CEILING_S), "the camera itself is off"
    assert ear.wait(lambda: ear.states[-1] == (DeviceState.CLOSED, ""))
    assert (len(ear.sights), len(ear.scans)) == told
    camera.look(ear.sight)
    assert ear.wait(lambda: len(ear.scans) == 2), "whoever looks anew means the code anew"


def test_a_camera_that_is_unplugged_comes_back_by_itself(simulated: SimulatedCamera, camera: Camera, tmp_path: Path) -> None:
    ear = Ear()
    camera.open(ear.scan, ear.health)
    camera.look(ear.sight)
    assert ear.wait(lambda: len(ear.sights) > 0)
    simulated.unplug()
    assert ear.wait(lambda: (DeviceState.LOST, "device.lost") in ear.states)
    simulated.show(scene(tmp_path, "back", Label(LINK)))
    simulated.plug()
    assert ear.wait(lambda: [one.text for one in ear.scans] == [LINK])
    assert ear.states[-1] == (DeviceState.READY, "")


@pytest.mark.parametrize("address", ["camera://host/video", "camera+http:///video", "camera:///dev/video0?torch=1", "camera:///dev/v?width=9"])
def test_a_wrong_address_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        registry.camera(address, TOOLS)


def test_a_camera_is_no_scanner_in_the_settings_and_a_scanner_no_camera() -> None:
    with pytest.raises(AddressRefused):
        registry.scanner("camera:///dev/video0", TOOLS)
    with pytest.raises(AddressRefused):
        registry.camera("serial:///dev/ttyS0", TOOLS)
