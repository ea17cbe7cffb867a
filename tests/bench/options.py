"""What a bench run was asked for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `packaging/dev bench`."""

    products: int
    quick: bool = False

    def count(self, whole: int, quick: int) -> int:
        """How often to measure."""
        return quick if self.quick else whole
