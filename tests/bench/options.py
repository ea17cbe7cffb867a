"""What a bench run was asked for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `packaging/dev bench`."""

    products: int
    quick: bool = False
    figures: frozenset[str] = frozenset()
    """Names of budgets.toml that are wanted; all of them where there are none."""

    def count(self, whole: int, quick: int) -> int:
        """How often to measure."""
        return quick if self.quick else whole

    def wants(self, *names: str) -> bool:
        """Whether one of these figures was asked for."""
        return not self.figures or not self.figures.isdisjoint(names)
