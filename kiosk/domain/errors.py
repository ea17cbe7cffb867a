"""The family of errors a person may see: each has a code; `kiosk.text` turns code and values into a sentence.

The world's faults are `ShopError`s. A bug of ours is an `assert` with a sentence and never a `ShopError`.
"""

from collections.abc import Mapping


class ShopError(Exception):
    """Something the world did that a person can act on.

    `code` is stable and printed for support; `values` fill the sentence that belongs to the code in `kiosk.text`.
    """

    code = "shop.error"

    def __init__(self, code: str | None = None, /, **values: str | int) -> None:
        self.code = code if code is not None else type(self).code
        self.values: Mapping[str, str | int] = values
        super().__init__(f"{self.code} {dict(values)}" if values else self.code)


class Refused(ShopError):
    """A rule of the shop says no: the person can do something else."""

    code = "shop.refused"


class NotFound(ShopError):
    """What was asked for is not there."""

    code = "shop.not_found"


class Damaged(ShopError):
    """Stored or received bytes are not what was written."""

    code = "data.damaged"


class TooNew(ShopError):
    """A file or message was made by a newer version than this program."""

    code = "data.too_new"


class Busy(ShopError):
    """Somebody else holds what is needed."""

    code = "data.in_use"
