"""What a camera gave, developed: brightness at full size for the reader, colours at half of it for a person."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from drivers.transport.v4l2 import GREY, MJPEG, NV12, YUYV, Raw

SIDE_MAX = 4096


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: `luma` in mode L, `view` in RGB at half the size."""

    luma: Image.Image
    view: Image.Image


def develop(raw: Raw) -> Shot | None:
    """The picture; None for one that is damaged: the next one comes at once."""
    try:
        if raw.kind == MJPEG:
            return _jpeg(raw.data)
        if raw.kind == NV12:
            return _nv12(raw)
        if raw.kind == YUYV:
            return _yuyv(raw)
        if raw.kind == GREY:
            luma = _plane(raw.data, raw.stride or raw.width, raw.height, raw.width)
            return Shot(luma, luma.reduce(2).convert("RGB"))
    except (OSError, ValueError, SyntaxError):
        return None
    return None


def _jpeg(data: bytes) -> Shot | None:
    """The decoder itself gives brightness alone, and half the size: that is half the work of making both from a whole picture."""
    luma = Image.open(BytesIO(data), formats=("JPEG",))
    if max(luma.size) > SIDE_MAX:
        return None
    luma.draft("L", None)
    view = Image.open(BytesIO(data), formats=("JPEG",))
    view.draft("RGB", (luma.width // 2, luma.height // 2))
    return Shot(luma.convert("L"), view.convert("RGB"))


def _yuyv(raw: Raw) -> Shot:
    stride = raw.stride or raw.width * 2
    luma = _plane(raw.data[0::2], stride // 2, raw.height, raw.width)
    colours = [_plane(raw.data[start::4], stride // 4, raw.height, raw.width // 2) for start in (1, 3)]
    return Shot(luma, _coloured(luma, *colours))


def _nv12(raw: Raw) -> Shot:
    stride = raw.stride or raw.width
    rest = raw.data[stride * raw.height :]
    luma = _plane(raw.data, stride, raw.height, raw.width)
    colours = [_plane(rest[start::2], stride // 2, raw.height // 2, raw.width // 2) for start in (0, 1)]
    return Shot(luma, _coloured(luma, *colours))


def _coloured(luma: Image.Image, blue: Image.Image, red: Image.Image) -> Image.Image:
    half = luma.reduce(2)
    planes = (half, blue.resize(half.size), red.resize(half.size))
    return Image.merge("YCbCr", planes).convert("RGB")


def _plane(data: bytes, stride: int, height: int, width: int) -> Image.Image:
    """Rows of one byte a pixel, without what stands behind each; raises ValueError when there are too few."""
    return Image.frombytes("L", (stride, height), data[: stride * height]).crop((0, 0, width, height))
