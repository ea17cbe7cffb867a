"""pysqlite3 ships no types; see dbapi2."""
