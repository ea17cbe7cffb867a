"""A hub's database as a release of before left it: without what later steps made, so that they are taken again."""

from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, inspect, text

MIGRATIONS = Path(__file__).parents[3] / "sync" / "hub" / "storage" / "migrations"


def go_back(connection: Connection, step: str) -> None:
    """Take away all tables and columns that a database of that step did not have."""
    kept = _made_by(step)
    found = inspect(connection)
    for table in sorted(found.get_table_names()):
        if table not in kept:
            connection.execute(text(f"DROP TABLE {table}"))
            continue
        for column in sorted({one["name"] for one in found.get_columns(table)} - kept[table]):
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
    connection.execute(text(f"UPDATE alembic_version SET version_num = '{step}'"))


def _made_by(step: str) -> dict[str, set[str]]:
    """The tables of a step with their columns, as its own scripts make them."""
    with TemporaryDirectory(prefix="step-") as folder:
        engine = create_engine(f"sqlite:///{folder}/step.db")
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            command.upgrade(config, step)
        found = inspect(engine)
        made = {table: {one["name"] for one in found.get_columns(table)} for table in found.get_table_names()}
        engine.dispose()
        return made
