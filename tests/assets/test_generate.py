"""The generated product file is the same everywhere, unique, valid and quickly made."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from stdnum import ean

from assets.samples import generate

ROOT = Path(generate.__file__).resolve().parent.parent.parent
# Pinned, so that a measurement today and one next year are made on the same products.
FIRST_THOUSAND_SHA256 = "2a57f5c03c0b73d1661f0cfb3f77b17cc27c1770400b11e039f634794732d5e4"


def test_the_same_seed_gives_the_same_products_on_every_machine() -> None:
    rows = list(generate.generate(1_000, seed=1))
    assert rows == list(generate.generate(1_000, seed=1))
    assert rows != list(generate.generate(1_000, seed=2))
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True)
    assert hashlib.sha256(text.encode()).hexdigest() == FIRST_THOUSAND_SHA256


def test_a_longer_run_starts_with_the_shorter_one() -> None:
    assert list(generate.generate(300, seed=7))[:100] == list(generate.generate(100, seed=7))


def test_a_hundred_thousand_products_are_unique_valid_and_made_quickly() -> None:
    started = time.process_time()
    rows = list(generate.generate(100_000, seed=3))
    took_s = time.process_time() - started
    codes = [code for row in rows for code in row["barcodes"].split("|")]
    assert len(codes) == len(set(codes)) == 105_000
    assert len({row["sku"] for row in rows}) == 100_000
    assert {len(code) for code in codes} == {13}
    # All check digits by our own count, one in fifty by another's: the other one is slow.
    assert all(generate.check_digit(code[:-1]) == code[-1] for code in codes)
    assert all(ean.is_valid(code) for code in codes[::50])
    # CPU time, not the wall's: the goal is 3 s alone, and tests share their processor.
    assert took_s < 6


def test_the_rows_have_the_columns_of_the_sample_shops() -> None:
    row = next(generate.generate(1, seed=1))
    assert tuple(row) == generate.COLUMNS
    for shop in ("fashion", "grocery"):
        path = ROOT / "assets" / "samples" / shop / "products.csv"
        with path.open(encoding="utf-8", newline="") as handle:
            columns = tuple(next(csv.reader(handle)))
        assert tuple(name for name in columns if name != "goods") == generate.COLUMNS, "classes of goods may be left out"


def test_no_code_is_one_of_the_sample_shops() -> None:
    row = next(generate.generate(1, seed=1))
    assert row["barcodes"].startswith("8790")
    for shop in ("fashion", "grocery"):
        text = (ROOT / "assets" / "samples" / shop / "products.csv").read_text(encoding="utf-8")
        assert ",8790" not in text and "|8790" not in text


@pytest.mark.parametrize("count", [-1, 100_001])
def test_a_count_out_of_range_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="0 to 100000"):
        next(generate.generate(count, seed=1))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line, as a person would call it from the root of the project."""
    return subprocess.run(
        [sys.executable, "-m", "assets.samples.generate", *arguments],
        cwd=ROOT, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


def test_the_command_writes_a_file_with_a_header(tmp_path: Path) -> None:
    out = tmp_path / "products.csv"
    assert run("--count", "250", "--seed", "9", "--out", str(out)).returncode == 0
    with out.open(encoding="utf-8", newline="") as handle:
        assert list(csv.DictReader(handle)) == list(generate.generate(250, seed=9))


def test_the_command_refuses_a_count_that_is_too_large(tmp_path: Path) -> None:
    done = run("--count", "100001", "--out", str(tmp_path / "x.csv"))
    assert done.returncode == 2
    assert "--count must be 0 to 100000" in done.stderr
    assert not (tmp_path / "x.csv").exists()
