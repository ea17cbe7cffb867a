"""Where commands print tables and progress for people; apart, so that a till starts without rich."""

from rich.console import Console

console = Console(stderr=True, highlight=False)
"""Progress and what a person has to know beside the answer."""

out = Console(highlight=False)
"""The answer itself, so that it can be piped and kept."""
