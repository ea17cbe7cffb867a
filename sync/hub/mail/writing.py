"""A mail from a template: plain text and simple HTML, codes as text and as pictures in it. Pure but for the templates.

A template is a text file: the subject, an empty line, paragraphs with `{placeholders}`. A brand's own stand in the hub's folder
under `mail/BRAND/LANGUAGE/KIND.txt` and go before ours.
"""

from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from html import escape
from importlib import resources
from pathlib import Path
from string import Formatter

from kiosk.paper.labels import code_png

CODES = ("order_code", "collect_code")
"""Placeholders that stand for a code: a picture in HTML, its text in plain text."""

PLACEHOLDERS = (
    "number", "name", "shop", "lines", "delivery", "total", "way", "store", "code", "until", "pay", "track", "owed", "amount",
    *CODES,
)  # fmt: skip
LANGUAGES = ("nl", "en")
_STYLE = "font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;max-width:36em;margin:0 auto;padding:1em"


def template_of(folder: Path, brand: str, language: str, kind: str) -> str:
    """The template of a brand: its own where the hub's folder has one that can be read, else ours."""
    own = folder / "mail" / brand / language / f"{kind}.txt"
    if _is_name(brand) and own.is_file():
        text = own.read_text(encoding="utf-8")
        if not faults_of(text):
            return text
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    return (resources.files("sync.hub.mail") / "letters" / spoken / f"{kind}.txt").read_text(encoding="utf-8")


def sender_of(folder: Path, brand: str, otherwise: str) -> tuple[str, str]:
    """How a brand calls itself in a mail, and its address: `Name <address>` in `mail/BRAND/sender.txt`, else the setting."""
    own = folder / "mail" / brand / "sender.txt"
    text = own.read_text(encoding="utf-8").strip() if _is_name(brand) and own.is_file() else ""
    name, address = parseaddr(text if "@" in text else otherwise)
    return _plain(name, False), address


def faults_of(template: str) -> list[str]:
    """What is wrong with a template, for whoever wrote it; empty when nothing is."""
    subject, _, body = template.partition("\n")
    try:
        named = [name for _, name, spec, how in Formatter().parse(template) if name is not None]
    except ValueError as error:
        return [str(error)]
    wrong = [f"there is no {{{name}}}" for name in named if name not in PLACEHOLDERS]
    return wrong + ([] if subject.strip() else ["the first line is the subject"]) + ([] if body.strip() else ["it says nothing"])


def write(template: str, values: Mapping[str, str], people: tuple[str, str, str], language: str) -> EmailMessage:
    """A mail; `people` are the sender's address, the customer's name and address. Raises ValueError for an address that is none.

    Whatever stands in a value stays in its place: control characters become spaces, so no value ends a header or begins one.
    """
    sender, name, address = people
    safe = {key: _plain(values.get(key, ""), key == "lines") for key in PLACEHOLDERS}
    subject, _, body = template.partition("\n")
    made = EmailMessage(policy=SMTP)
    made["Subject"] = _plain(subject.format_map(safe), False)
    made["From"] = Address(_plain(values.get("shop", ""), False), addr_spec=sender)
    made["To"] = Address(_plain(name, False), addr_spec=address)
    made["Content-Language"] = language
    made["Auto-Submitted"] = "auto-generated"
    text = "\n\n".join(part for part in (_filled(one, safe) for one in body.strip().split("\n\n")) if part.strip())
    made.set_content(text + "\n")
    shown, pictures = _html(body, safe)
    page = f'<!doctype html><html lang="{escape(language)}"><body style="{_STYLE}">{shown}</body></html>'
    made.add_alternative(page, subtype="html")
    html = list(made.iter_parts())[1]
    for key, value in pictures.items():
        html.add_related(code_png(value), "image", "png", cid=f"<{key}@mail>", filename=f"{key}.png")
    return made


def _is_name(brand: str) -> bool:
    """Whether a brand's id can be a folder's name and nothing else."""
    return bool(brand) and brand.replace("-", "").replace("_", "").isalnum()


def _filled(paragraph: str, values: Mapping[str, str]) -> str:
    return paragraph.format_map(values).strip()


def _html(body: str, values: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Each paragraph as one, each code as a picture with its text beside it."""
    parts, pictures = list[str](), dict[str, str]()
    for paragraph in body.strip().split("\n\n"):
        code = next((key for key in CODES if paragraph.strip() == f"{{{key}}}"), "")
        if code and values[code]:
            pictures[code] = values[code]
            parts.append(f'<p><img src="cid:{code}@mail" width="180" height="180" alt="{escape(values[code])}"></p>')
        elif text := _filled(paragraph, values):
            parts.append(f"<p>{escape(text).replace(chr(10), '<br>')}</p>")
    return "".join(parts), pictures


def _plain(text: str, several_lines: bool) -> str:
    """Text without control characters, which would end a header or hide what follows; a list keeps its ends of lines."""
    return "".join(sign if sign.isprintable() or (several_lines and sign == "\n") else " " for sign in text).strip()
