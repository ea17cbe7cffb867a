"""`toonbank-hub`: arguments only; each command is a module in `commands`.

What serves (the web framework and its server) takes a third of a command's start, and is loaded for `serve` and for the list of
all commands alone.
"""

import sys
from importlib import import_module

from sync.hub.commands import asked

_WHOLE = "sync.hub.commands.line"


def main() -> None:
    """Run a command."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    if word in asked.NAMES:
        asked.app()
    else:
        import_module(_WHOLE).app()


if __name__ == "__main__":
    main()
