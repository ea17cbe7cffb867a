"""pysqlite3 ships no types; it is the standard module's own code, so it has the same ones."""

from sqlite3.dbapi2 import *
