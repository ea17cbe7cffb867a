"""A printable document as a web page: the same lines as on paper, for a screen of any size and for a screen reader."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from kiosk.domain.document import Align, Barcode, Block, Cut, Document, Feed, Line, Picture, QrCode, Rule

_STYLE = (
    "body{margin:0;background:#eceae6;color:#1c1a17;font:16px/1.45 ui-monospace,Menlo,Consolas,monospace}"
    "main{max-width:100%;box-sizing:border-box;margin:2rem auto;padding:2rem 1rem;background:#fff;border-radius:.75rem}"
    "p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}"
    "hr{border:0;border-top:1px dashed #8a857c;margin:.6rem 0}.c{text-align:center}.r{text-align:right}"
    ".b{font-weight:700}.l{font-size:2em;line-height:1.2}.g{height:1rem}"
    "img{display:block;margin:0 auto;max-width:100%;height:auto}"
    "nav{max-width:34rem;margin:0 auto 2rem;text-align:center;font-family:system-ui,sans-serif}"
    "nav a{display:inline-block;margin:.25rem;padding:.75rem 1.25rem;border-radius:.75rem;background:#1c1a17;color:#fff;"
    "text-decoration:none}nav a:focus-visible{outline:3px solid #1c1a17;outline-offset:3px}"
    "@media print{body{background:#fff}main{margin:0}nav{display:none}}"
)
_LETTER = 0.61
"""How wide a letter of a typewriter face is at most, in sizes: a line of the paper has to fit on a telephone, or figures slip under
names."""
_ALIGN = {Align.LEFT: "", Align.CENTRE: "c", Align.RIGHT: "r"}


def page_of(document: Document, language: str, links: Sequence[tuple[str, str]] = ()) -> str:
    """The document as one HTML page without scripts or addresses of others. `links` are addresses below it, with their names."""
    below = "".join(f'<a href="{escape(address)}">{escape(name)}</a>' for address, name in links)
    title = escape(document.title)
    size = f"min(1rem,calc((100vw - 2.5rem)/{document.columns * _LETTER:g}))"
    fitting = f"main{{font-size:{size};width:calc({document.columns + 1}ch + 2rem)}}"
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{_STYLE}{fitting}</style></head><body><main>"
        f"{''.join(_block(block) for block in document.blocks)}</main>"
        f"{f'<nav>{below}</nav>' if below else ''}</body></html>"
    )


def _block(block: Block) -> str:
    match block:
        case Line(text, align, bold, size):
            classes = " ".join(part for part in (_ALIGN[align], "b" if bold else "", "l" if size == 2 else "") if part)
            return f'<p class="{classes}">{escape(text)}</p>' if classes else f"<p>{escape(text)}</p>"
        case Rule():
            return "<hr>"
        case Feed():
            return '<div class="g"></div>'
        case Barcode(_, data):
            return f'<p class="c b">{escape(data)}</p>'
        case Picture(width, _, png, says):
            shown = b64encode(png).decode()
            return f'<img src="data:image/png;base64,{shown}" alt="{escape(says)}" width="{width}">'
        case QrCode() | Cut():
            return ""  # the code leads to this very page
