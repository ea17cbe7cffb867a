"""The READMEs describe every command and setting, their links lead somewhere, words agree."""

import dataclasses
import importlib

import pytest
import typer

from kiosk.config import Config
from tests.house.conftest import Tree
from tests.house.rules import documentation, words
from tests.house.rules.common import ROOT, report


def test_the_links_in_our_documents_lead_somewhere():
    assert not (findings := documentation.broken_links(ROOT)), report(findings)


@pytest.mark.parametrize(
    ("program", "module"), [("toonbank", "kiosk.commands.line"), ("toonbank-hub", "sync.hub.commands.line")]
)
def test_every_command_is_described_in_a_readme(program, module):
    entry = importlib.import_module(module)
    app = entry.app if hasattr(entry, "app") else entry.make_app("")
    names = documentation.commands(program, typer.main.get_command(app))
    assert len(names) > 5, f"{program} shows only {names}"
    out = "describe it in the README of its package, with an example"
    findings = documentation.check_described(ROOT, "command", names, out)
    assert not findings, report(findings)


def test_every_kind_of_fact_is_described_in_a_readme():
    kinds = documentation.fact_kinds(ROOT)
    assert "sale.completed" in kinds
    out = "describe it in sync/README.md: when it is made and what its body holds"
    findings = documentation.check_described(ROOT, "fact", kinds, out)
    assert not findings, report(findings)


def test_every_endpoint_of_the_hub_is_described_in_a_readme():
    paths = documentation.endpoints(ROOT)
    assert paths, "no endpoint was found in sync/hub: has the way they are made changed?"
    out = "describe it in sync/README.md: who may ask, with what, and what comes back"
    findings = documentation.check_described(ROOT, "endpoint", paths, out)
    assert not findings, report(findings)


def test_every_setting_of_the_hub_is_described_in_a_readme():
    names = documentation.setting_names(importlib.import_module("sync.hub.settings").TEXT)
    assert "pins.time_cost" in names
    out = "describe it in sync/hub/README.md: what it changes, its unit and its default"
    findings = documentation.check_described(ROOT, "setting", names, out)
    assert not findings, report(findings)


def test_every_setting_of_a_terminal_is_described_in_a_readme():
    names = [f"`{field.name}`" for field in dataclasses.fields(Config)]
    assert "`printer`" in names
    out = "describe it in kiosk/README.md, its name in backticks: what it changes, its default"
    findings = documentation.check_described(ROOT, "setting", names, out)
    assert not findings, report(findings)


def test_facts_endpoints_and_settings_are_found_where_they_are_made(tree: Tree):
    hub = """
@get("/v1/rows/{scope:str}/{rev:int}", name="rows")
async def rows(): ...
@post(path_of("x"))
async def other(): ...
@routes.post("/v1/push")
async def push(): ...
"""
    facts = 'FORMAT = 1\nSALE_COMPLETED = "sale.completed"\nname = "x"\n'
    root = tree({"sync/hub/api/feed.py": hub, "kiosk/domain/facts.py": facts})
    assert documentation.endpoints(root) == ["GET /v1/rows/{scope}/{rev}", "POST /v1/push"]
    assert documentation.fact_kinds(root) == ["sale.completed"]
    assert documentation.setting_names("a = 1\n[b]\nc = 2\nd = 3\n") == ["a", "b.c", "b.d"]


def test_a_link_that_leads_nowhere_is_refused(tree: Tree):
    root = tree(
        {"README.md": "# A\n[b](b.md) [c](c.md#part) [d](https://example.org)\n", "c.md": ""}
    )
    assert [found.rule for found in documentation.broken_links(root)] == [
        "the link to b.md leads nowhere"
    ]


def test_a_command_or_setting_that_no_readme_describes_is_refused(tree: Tree):
    app, ledger = typer.Typer(), typer.Typer()
    ledger.command("verify")(lambda: None)
    ledger.command("repair", hidden=True)(lambda: None)
    app.command("till")(lambda: None)
    app.add_typer(ledger, name="ledger")
    names = documentation.commands("toonbank", typer.main.get_command(app))
    assert names == ["toonbank ledger verify", "toonbank till"]
    root = tree(
        {"kiosk/README.md": "`toonbank till` opens the till; not `toonbank ledger verifying`"}
    )
    findings = documentation.check_described(root, "command", names, "describe it")
    assert [found.rule for found in findings] == [
        "no README describes the command toonbank ledger verify"
    ]


def test_the_glossary_and_the_code_use_the_same_words():
    terms = documentation.glossary((ROOT / "README.md").read_text(encoding="utf-8"))
    assert terms, "README.md has no table under the heading: ## Glossary"
    findings = documentation.check_glossary(ROOT, terms, words.words_in_code(ROOT))
    assert not findings, report(findings)


def test_a_term_that_the_code_never_says_is_refused(tree: Tree):
    readme = (
        "# A\n## Glossary\n\n| term | means |\n| --- | --- |\n| business day | a |\n"
        "| **suspend / retrieve** | b |\n| float | c |\n\n## More\n| x | y |\n"
    )
    root = tree({"kiosk/x.py": "business_days = 1\ndef suspendSale(): ...\n"})
    terms = documentation.glossary(readme)
    assert terms == ["business day", "suspend / retrieve", "float"]
    findings = documentation.check_glossary(root, terms, words.words_in_code(root))
    assert len(findings) == 1 and "'float'" in findings[0].rule
