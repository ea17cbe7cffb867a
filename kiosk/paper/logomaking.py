"""A picture file becomes a logo for receipts, or is refused in a sentence that says how to mend it."""

import io
import struct
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from kiosk.domain.document import Picture
from kiosk.paper.logo import HEIGHT_MAX, WIDTH_MAX

FILE_BYTES_MAX = 2_000_000
_KINDS = ("PNG", "JPEG", "WEBP")
_SIDE_MAX = 3_000
"""Looked at before a single dot is unpacked: a small file can say that it is as large as a city."""
_TOO_LARGE = f"the picture has more than {_SIDE_MAX:,} points on a side: save it smaller"
_SIDE_MIN = 16
_PNG_BYTES_MAX = 48_000
_FINE = 2
"""How many points a screen gets for each dot of the printer, in each direction."""
_COLOURS = (256, 64, 16, 4)
_WHITE_FROM = 250
_BLACK_TO = 120


def logo_from(data: bytes) -> Picture:
    """The logo, at most 48 x 20 mm, without the white around it; transparent parts are white paper. Raises ValueError."""
    if len(data) > FILE_BYTES_MAX:
        raise ValueError(f"the file has {len(data):,} bytes: at most {FILE_BYTES_MAX:,} are taken, save it smaller")
    image = _trimmed(_opened(data))
    fit = min(WIDTH_MAX / image.width, HEIGHT_MAX / image.height)
    dots = image.resize(_scaled(image, min(fit, 1.0)), Image.Resampling.LANCZOS)
    fine = image.resize(_scaled(image, min(fit * _FINE, 1.0)), Image.Resampling.LANCZOS)
    return Picture(dots.width, _inked(dots.convert("L")), _png(fine))


def _opened(data: bytes) -> Image.Image:
    """The whole picture in red, green and blue on white. Whatever a file does to its reader is a refusal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_KINDS) as image:
                if max(image.size) > _SIDE_MAX:
                    raise ValueError(_TOO_LARGE)
                if getattr(image, "n_frames", 1) > 1:
                    raise ValueError("the picture moves, and paper does not: save one frame of it")
                upright = ImageOps.exif_transpose(image).convert("RGBA")
    except UnidentifiedImageError as error:
        raise ValueError(f"this is no picture: take one of {', '.join(_KINDS)}") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(_TOO_LARGE) from error
    except (OSError, SyntaxError, EOFError, KeyError, TypeError, IndexError, struct.error) as error:
        raise ValueError(f"the picture is damaged ({error}): save it anew") from error
    paper = Image.new("RGBA", upright.size, "white")
    paper.alpha_composite(upright)
    return paper.convert("RGB")


def _trimmed(image: Image.Image) -> Image.Image:
    """Without the white border; raises ValueError when nothing or hardly anything is left to print."""
    box = image.convert("L").point([255 if tone < _WHITE_FROM else 0 for tone in range(256)]).getbbox()
    if box is None:
        raise ValueError("the picture is white all over: white does not print, take the dark version of the logo")
    seen = image.crop(box)
    if min(seen.size) < _SIDE_MIN // 2 or max(seen.size) < _SIDE_MIN:
        raise ValueError(f"what can be seen is only {seen.width} x {seen.height} points: take a larger picture")
    return seen


def _inked(tones: Image.Image) -> bytes:
    """Rows of dots: dark colours wholly black, so that letters stay sharp; light ones as a raster. Where all is light, its darkest
    tone is black. A printer's 1 is black, where Pillow's is white."""
    darkest = next(tone for tone, count in enumerate(tones.histogram()) if count)
    black_to = min(max(_BLACK_TO, darkest), _WHITE_FROM - 1)
    ink = [max(0, min(255, (_WHITE_FROM - tone) * 255 // (_WHITE_FROM - black_to))) for tone in range(256)]
    return tones.point(ink).convert("1").tobytes()


def _scaled(image: Image.Image, by: float) -> tuple[int, int]:
    return max(1, round(image.width * by)), max(1, round(image.height * by))


def _png(image: Image.Image) -> bytes:
    """With as many colours as fit into a setting; a photograph gets few."""
    for colours in _COLOURS:
        file = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(file, format="PNG", optimize=True)
        if file.tell() <= _PNG_BYTES_MAX:
            return file.getvalue()
    raise ValueError("the picture has too many details for a receipt: take a plain logo, not a photograph")
