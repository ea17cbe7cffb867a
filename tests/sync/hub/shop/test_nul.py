"""NUL in what a shop names: refused at every address and in every text of every body, by all that the document of the API tells."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from tests.sync.hub.shop.support import WebShop

BAD = "A\x001"
REFUSED = {400, 401, 403, 404, 405, 409, 413, 415, 422, 428}
"""Not taken, and no fault of the hub's own."""


def examples(document: Any, schema: Any, depth: int = 0) -> Any:
    """A value of a schema with a NUL in each text of it."""
    if "$ref" in schema:
        return examples(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], depth + 1)
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return examples(document, next(one for one in schema[choice] if one.get("type") != "null"), depth)
    kind = schema.get("type")
    if kind == "object":
        known = schema.get("properties", {})
        return {name: examples(document, part, depth + 1) for name, part in known.items()} if depth < 6 else {}
    if kind == "array":
        return [examples(document, schema.get("items", {}), depth + 1)] if depth < 6 else []
    return {"string": BAD, "integer": 1, "number": 1, "boolean": True}.get(kind, BAD)


def asked(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Every address of the API and method, and a body where it takes one."""
    for path, methods in document["paths"].items():
        if not path.startswith("/shop/v1/"):
            continue
        for method, told in methods.items():
            body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            yield re.sub(r"{\w+}", quote(BAD), path), method.upper(), examples(document, body) if body else None


def test_no_address_of_the_shop_takes_a_nul(web: WebShop) -> None:
    document = web.http.get("/v1/openapi.json").json()
    taken = 0
    for path, method, body in asked(document):
        names = [one["name"] for one in document["paths"].get(path, {}).get(method.lower(), {}).get("parameters", [])]
        question = "&".join(f"{name}={quote(BAD)}" for name in names)
        content = json.dumps(body).encode() if body is not None else None
        headers = {"Idempotency-Key": "nul", "If-Match": '"1"'}
        answer = web.http.request(method, f"{path}?{question}", content=content, headers=headers)
        if "%00" in path or (content is not None and b"\\u0000" in content):
            assert answer.status_code in REFUSED, (method, path, answer.status_code, answer.text[:200])
            taken += 1
        assert answer.status_code < 500, (method, path, answer.text[:200])
    assert taken >= 10, "the document names what is asked here"
