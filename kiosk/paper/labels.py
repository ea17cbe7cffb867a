"""Labels as pictures: a number as a code that scanners read, and in letters for people."""

import io
from xml.sax.saxutils import escape

import segno

_SCALE, _BORDER, _TEXT = 8, 4, 40
"""Units a module, modules of quiet zone around, and room for the letters."""


def code_png(text: str) -> bytes:
    """A text as a QR code (M) in a PNG, for a mail."""
    drawn = io.BytesIO()
    segno.make_qr(text, error="m", boost_error=False).save(drawn, kind="png", scale=6, border=_BORDER)
    return drawn.getvalue()


def label_svg(number: str) -> str:
    """A label with a QR code of a number (M, as tickets are) and the number below it, in black on white.

    >>> "RT-23456789AB" in label_svg("RT-23456789AB")
    True
    """
    made = segno.make_qr(number, error="m", boost_error=False)
    width, height = made.symbol_size(_SCALE, _BORDER)
    drawn = io.BytesIO()
    made.save(drawn, kind="svg", scale=_SCALE, border=_BORDER, xmldecl=False, svgns=False, nl=False, light="#fff")
    shown, below = escape(number), height + _TEXT // 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height + _TEXT}" role="img" aria-label="{shown}">'
        f'<rect width="100%" height="100%" fill="#fff"/>{drawn.getvalue().decode()}'
        f'<text x="{width // 2}" y="{below}" text-anchor="middle" font-family="monospace" font-size="20">{shown}</text>'
        "</svg>"
    )
