"""Names the modules whose types QML knows under `import Toonbank`; importing this registers the shared ones."""

from kiosk.ui import theme

SHARED = (theme,)
"""Modules of types that till and kiosk share; each face's own are imported by its root model."""
