"""Where commands print tables and progress for people; apart, so that a till starts without rich."""

from rich.console import Console

console = Console(stderr=True, highlight=False)
