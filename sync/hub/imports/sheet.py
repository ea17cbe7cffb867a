"""Reads a file of rows, CSV, XLSX or JSON lines, into text cells with the line each came from."""

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from sync.hub.imports.faults import Faults

_NO_WORKBOOK = (zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, KeyError, OSError, ValueError, TypeError)


@dataclass(slots=True)
class Sheet:
    """A file's columns and rows; each row has as many cells as there are columns."""

    columns: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


def read_sheet(path: Path, faults: Faults) -> Sheet | None:
    """Read a file by its ending. Adds to `faults` what is wrong with it as a file; None when no rows can be read."""
    ending = path.suffix.lower()
    if ending == ".xlsx":
        lines = _xlsx(path, faults)
    elif ending == ".jsonl":
        return _jsonl(path, faults)
    else:
        lines = _csv(path, faults)
    return _table(lines, faults)


def _table(lines: Iterator[tuple[int, list[str]]], faults: Faults) -> Sheet | None:
    first = next(lines, None)
    if first is None:
        if not faults.found:
            faults.add(1, "", "", "the file is empty: begin it with the names of the columns")
        return None
    sheet = Sheet([cell.strip() for cell in first[1]])
    while sheet.columns and not sheet.columns[-1]:
        sheet.columns.pop()
    width = len(sheet.columns)
    for line, cells in lines:
        if not any(cells):
            continue
        if len(cells) > width and any(cells[width:]):
            faults.add(line, "", cells[width], f"the row has {len(cells)} cells, but there are {width} columns")
            continue
        if len(cells) < width:
            out = f"the row has {len(cells)} cells, but there are {width} columns: add the commas of the empty ones"
            faults.add(line, "", cells[-1] if cells else "", out)
            continue
        sheet.rows.append((line, cells[:width]))
    if not sheet.rows and not faults.found:
        faults.add(2, "", "", "there are no rows under the names of the columns")
    return sheet


def _text(path: Path, faults: Faults) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        odd = data[error.start : error.start + 1].hex()
        faults.add(line, "", f"byte {odd}", "the file is not UTF-8: save it as \"CSV UTF-8\"")
        return ""


def _csv(path: Path, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    text = _text(path, faults)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        faults.add(line, "", "", f"the row cannot be read ({error}): close each quote that is opened")


def _xlsx(path: Path, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except _NO_WORKBOOK as error:
        faults.add(1, "", "", f"this is not an Excel workbook ({error}): save it as .xlsx again")
        return
    line = 0
    try:
        sheet: Any = book.worksheets[0]
        for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield line, [_cell(value) for value in cells]
    except (*_NO_WORKBOOK, IndexError) as error:
        faults.add(line + 1, "", "", f"the workbook is damaged from here on ({error}): save it as .xlsx again")
    finally:
        book.close()


def _cell(value: object) -> str:
    """A cell as text: 8712345678906.0 is a barcode that a spreadsheet took for a number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()


def _jsonl(path: Path, faults: Faults) -> Sheet | None:
    objects: list[tuple[int, dict[str, Any]]] = []
    columns: dict[str, None] = {}
    for line, text in enumerate(_text(path, faults).splitlines(), start=1):
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            faults.add(line, "", text[:60], "the line is not a JSON object: write one object to a line")
            continue
        objects.append((line, value))
        columns.update(dict.fromkeys(value))
    if not objects:
        if not faults.found:
            faults.add(1, "", "", "the file is empty: write one JSON object to a line")
        return None
    names = list(columns)
    return Sheet(names, [(line, [_plain(value.get(name)) for name in names]) for line, value in objects])


def _plain(value: object) -> str:
    if isinstance(value, list):
        return "|".join(_cell(part) for part in value)
    return _cell(value)

