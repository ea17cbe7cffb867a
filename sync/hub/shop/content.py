"""A brand's own texts, beside what the catalogue says: about a product, a category, or as a page of the shop."""

import re
from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from sync.hub import nul
from sync.hub.problems import HubProblem
from sync.hub.shop import events
from sync.hub.shop.events import Happened
from sync.hub.shop.keys import ShopKey
from sync.hub.shop.values import Content, WantedContent
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.schema_shop import shop_content

SUBJECT = re.compile(r"(?:product|category|page)/[^\x00-\x1f,]{1,200}")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")
TITLE_MAX, BODY_MAX, SUBJECTS_MAX = 300, 100_000, 200
_COLUMNS = ("tenant", "brand", "subject", "language", "title", "body", "changed_ms")


def names(text: str) -> tuple[str, ...]:
    """Subjects with commas between them. Raises HubProblem for too many."""
    nul.refuse(text)
    found = tuple(dict.fromkeys(one for one in text.split(",") if one))
    if len(found) > SUBJECTS_MAX:
        raise HubProblem("request.argument", name="subjects", value=len(found), wanted=f"{SUBJECTS_MAX} at most")
    return found


def read(connection: Connection, key: ShopKey, subjects: Sequence[str], language: str = "") -> list[Content]:
    """The texts of a brand about subjects, in one language or in all."""
    at = shop_content.c
    query = select(at.subject, at.language, at.title, at.body, at.changed_ms).where(
        at.tenant == key.tenant, at.brand == key.brand, at.subject.in_(subjects)
    )
    if language:
        query = query.where(at.language == language)
    return [Content(*row) for row in connection.execute(query.order_by(at.subject, at.language))]


def write(connection: Connection, key: ShopKey, wanted: WantedContent, now_ms: int) -> Content:
    """Keep a text, or take it away; who listens hears of it. Raises HubProblem for what is none."""
    if not SUBJECT.fullmatch(wanted.subject):
        meant = "product/ID, category/PATH or page/NAME"
        raise HubProblem("request.argument", name="subject", value=wanted.subject[:40], wanted=meant)
    if not LANGUAGE.fullmatch(wanted.language):
        raise HubProblem("request.argument", name="language", value=wanted.language[:40], wanted="a language such as nl")
    if len(wanted.title) > TITLE_MAX or len(wanted.body) > BODY_MAX:
        raise HubProblem("request.argument", name="body", value=len(wanted.body), wanted=f"{BODY_MAX} characters at most")
    name = (key.tenant, key.brand, wanted.subject, wanted.language)
    if wanted.body:
        upsert_many(connection, shop_content, _COLUMNS, [(*name, wanted.title, wanted.body, now_ms)])
    else:
        at = shop_content.c
        mine = (at.tenant == name[0], at.brand == name[1], at.subject == name[2], at.language == name[3])
        connection.execute(delete(shop_content).where(*mine))
    told = Happened(key.brand, events.CONTENT_CHANGED, wanted.subject, {"language": wanted.language})
    events.note(connection, key.tenant, [told], now_ms)
    return Content(wanted.subject, wanted.language, wanted.title, wanted.body, now_ms)
