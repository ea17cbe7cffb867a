"""Which theme a brand wears; a brand without one of its own wears the base."""

from collections.abc import Mapping

THEMES: Mapping[str, str] = {"kleinemarkt": "markt"}
"""Brand id to folder below assets/themes."""


def brand_theme(brand: str) -> str:
    """The theme of a brand.

    >>> brand_theme("kleinemarkt"), brand_theme("noord-zuid")
    ('markt', 'base')
    """
    return THEMES.get(brand, "base")
