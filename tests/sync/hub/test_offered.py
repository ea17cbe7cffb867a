"""What was offered back then is found at once, however much was published in one revision."""

from pysqlite3 import dbapi2 as sqlite3
from sqlalchemy import create_engine

from sync.hub.offered import OF_AN_ARTICLE
from sync.hub.storage.schema_offers import offer_log


def test_the_prices_of_an_article_are_found_by_its_key_and_not_by_reading_a_whole_import() -> None:
    engine = create_engine("sqlite://", module=sqlite3)
    statement = OF_AN_ARTICLE.compile(dialect=engine.dialect)
    asked = {"tenant": "T", "entity": "price", "first": "A1|", "end": "A1}", "upto": 9}
    with engine.connect() as connection:
        offer_log.create(connection)
        values = tuple(asked[name] for name in statement.positiontup or ())
        (plan,) = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    assert "USING PRIMARY KEY" in plan.detail and "key>? AND key<?" in plan.detail
