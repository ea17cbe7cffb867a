"""What a scanner sends for a code: the data with its AIM identifier, prefix and suffix.

>>> frame("8710398500526", framing="crlf", aim=True)
b']E08710398500526\\r\\n'
"""

FRAMINGS: dict[str, tuple[bytes, bytes]] = {
    "cr": (b"", b"\r"),
    "crlf": (b"", b"\r\n"),
    "lf": (b"", b"\n"),
    "tab": (b"", b"\t"),
    "stx_etx": (b"\x02", b"\x03"),
    "none": (b"", b""),
}

AIM_IDENTIFIERS: dict[str, str] = {
    "EAN-13": "]E0",
    "EAN-8": "]E4",
    "UPC-A": "]E0",
    "CODE128": "]C0",
    "GS1-128": "]C1",
    "CODE39": "]A0",
    "ITF": "]I0",
    "QR": "]Q1",
    "GS1-QR": "]Q3",
    "DATAMATRIX": "]d1",
    "GS1-DATAMATRIX": "]d2",
    "GS1-DATABAR": "]e0",
}


def symbology_of(code: str) -> str:
    """The symbology that such data usually stand in."""
    if code.isascii() and code.isdigit() and len(code) in (8, 12, 13):
        return {8: "EAN-8", 12: "UPC-A", 13: "EAN-13"}[len(code)]
    if "\x1d" in code:
        return "GS1-128"
    return "QR" if len(code) > 40 or "://" in code else "CODE128"


def frame(code: str, *, framing: str, aim: bool = False, symbology: str | None = None) -> bytes:
    """The bytes on the wire for one scan. Raises KeyError for an unknown framing or symbology."""
    start, end = FRAMINGS[framing]
    identifier = AIM_IDENTIFIERS[symbology or symbology_of(code)] if aim else ""
    # A UPC-A code goes out as EAN-13, with the leading zero that its AIM identifier promises.
    if identifier == "]E0" and len(code) == 12:
        code = "0" + code
    return start + (identifier + code).encode("utf-8") + end
