"""Tells PySide that nobody here spells Qt's names in its other way; else it reads the source of every module to find out.

It would do so at each import after its own, the libraries' included: 80 files from a cold disk, and their text kept for good.
"""

import sys

import PySide6.QtCore  # noqa: F401  # it brings the module below

_FEATURE = sys.modules.get("shibokensupport.feature")

if hasattr(_FEATURE, "_mod_uses_pyside"):  # no public name; where a newer PySide has none, a start is only slower
    vars(_FEATURE)["_mod_uses_pyside"] = lambda module: False
