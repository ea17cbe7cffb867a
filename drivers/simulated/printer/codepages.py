"""The character tables that ESC t chooses from, as a TM-T20II numbers them.

>>> decode(b"\\xd5", 19)
'€'
"""

# ESC t n -> the codec that Python knows the table by. Numbers as in the profile of the TM-T20II.
CODE_PAGES: dict[int, str] = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    13: "cp857",
    14: "cp737",
    15: "iso8859_7",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    34: "cp855",
    36: "cp862",
    37: "cp864",
    38: "cp869",
    39: "iso8859_2",
    40: "iso8859_15",
    45: "cp1250",
    46: "cp1251",
    47: "cp1253",
    48: "cp1254",
    49: "cp1255",
    50: "cp1256",
    51: "cp1257",
    52: "cp1258",
}

# Page 1 is no codec of Python's: lines and blocks, half-width katakana, a few signs. Receipts of
# every country use it for its ruled lines.
KATAKANA_PAGE = 1
_KATAKANA = (
    "▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯"
    " " + bytes(range(0xA1, 0xE0)).decode("shift_jis") + "═╞╪╡◢◣◥◤♠♥♦♣●○╱╲╳円年月日時分秒〒市区町村人▒ "
)

UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"

# ESC R n: the twelve places of ASCII that a national set puts other letters in.
_NATIONAL_PLACES = "#$@[\\]^`{|}~"
_NATIONAL_SETS: dict[int, str] = {
    1: "#$à°ç§^`éùè¨",
    2: "#$§ÄÖÜ^`äöüß",
    3: "£$@[\\]^`{|}~",
    4: "#$@ÆØÅ^`æøå~",
    5: "#¤ÉÄÖÅÜéäöåü",
    6: "#$@°\\é^ùàòèì",
    7: "₧$@¡Ñ¿^`¨ñ}~",
}


def decode(data: bytes, page: int, national_set: int = 0) -> str:
    """The characters that the printer's tables hold for these bytes.

    A byte that the table leaves empty, and every high byte of a table this printer does not have,
    becomes U+FFFD: a visible mistake is better than a guessed letter.
    """
    if page == KATAKANA_PAGE:
        text = "".join(chr(byte) if byte < 0x80 else _KATAKANA[byte - 0x80] for byte in data)
    else:
        text = data.decode(CODE_PAGES.get(page, "ascii"), errors="replace")
    letters = _NATIONAL_SETS.get(national_set)
    return text.translate(str.maketrans(_NATIONAL_PLACES, letters)) if letters else text


def has_page(page: int) -> bool:
    """Tell whether this printer has the table."""
    return page == KATAKANA_PAGE or page in CODE_PAGES
