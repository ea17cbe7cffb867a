"""The whole program: the commands that ask a hub, and the one that is it."""

from sync.hub.commands.asked import app_of
from sync.hub.commands.serve import serve

app = app_of(serve)
