"""Where one picture of a camera on the network ends and the next begins (MJPEG: multipart/x-mixed-replace); pure.

Sources: RFC 2046 section 5.1 (multipart), RFC 9112 section 7.1 (chunked bodies are refused: no camera sends them).
"""

from dataclasses import dataclass, field

HEAD_BYTES_MAX = 16_384
PICTURE_BYTES_MAX = 8 * 1024 * 1024
_START, _END = b"\xff\xd8", b"\xff\xd9"


class NoPictures(ValueError):
    """What answers is no camera, or not one that sends JPEG after JPEG."""


@dataclass(slots=True)
class MjpegFramer:
    """Fed with whatever comes, in any portions; gives whole JPEGs. Raises NoPictures for what can be none.

    A part with a Content-Length is as long as that says; another one ends where the next boundary stands.

    >>> framer = MjpegFramer()
    >>> head = b"HTTP/1.1 200 OK\\r\\nContent-Type: multipart/x-mixed-replace; boundary=b\\r\\n\\r\\n"
    >>> one = b"--b\\r\\nContent-Type: image/jpeg\\r\\nContent-Length: 4\\r\\n\\r\\n\\xff\\xd8\\xff\\xd9\\r\\n"
    >>> framer.feed(head + one + one[:30]), framer.feed(one[30:])
    ([b'\\xff\\xd8\\xff\\xd9'], [b'\\xff\\xd8\\xff\\xd9'])
    """

    _boundary: bytes = b""
    _held: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> list[bytes]:
        """The pictures that these bytes complete, oldest first."""
        self._held += data
        if not self._boundary and not self._answer():
            return []
        found = []
        while (picture := self._part()) is not None:
            if picture:
                found.append(picture)
        if len(self._held) > PICTURE_BYTES_MAX + HEAD_BYTES_MAX:
            raise NoPictures("a picture does not end")
        return found

    def _answer(self) -> bool:
        """Read the head of the answer; gives whether it is whole."""
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            if len(self._held) > HEAD_BYTES_MAX:
                raise NoPictures("the answer has no end of its head")
            return False
        first, *lines = bytes(self._held[:end]).split(b"\r\n")
        words = first.split()
        if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or words[1] != b"200":
            raise NoPictures(f"the camera answers {first[:80]!r}")
        kind = _fields(lines).get(b"content-type", b"")
        name, _, rest = kind.partition(b"boundary=")
        boundary = rest.split(b";")[0].strip().strip(b'"')
        if not name.strip().lower().startswith(b"multipart/x-mixed-replace") or not boundary:
            raise NoPictures("the address gives no stream of pictures")
        del self._held[: end + 4]
        # Many cameras write the two dashes into the boundary as well.
        self._boundary = b"--" + boundary.removeprefix(b"--")
        return True

    def _part(self) -> bytes | None:
        """The next part: a picture, b"" for one that is none, None while it is not whole."""
        start = self._held.find(self._boundary)
        end = self._held.find(b"\r\n\r\n", start) if start >= 0 else -1
        if end < 0:
            return None
        given = _fields(bytes(self._held[start:end]).split(b"\r\n")[1:]).get(b"content-length", b"")
        body = end + 4
        if given.isdigit():
            stop = body + min(int(given), PICTURE_BYTES_MAX)
            if len(self._held) < stop:
                return None
        else:
            stop = self._held.find(self._boundary, body)
            if stop < 0:
                return None
        picture = bytes(self._held[body:stop]).rstrip(b"\r\n")
        del self._held[:stop]
        return picture if picture.startswith(_START) and picture.endswith(_END) else b""


def _fields(lines: list[bytes]) -> dict[bytes, bytes]:
    """Header lines by their lower-case name."""
    pairs = (line.partition(b":") for line in lines)
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}
