"""Stock work on disk, a row for each line, so that a kill at any moment leaves it as it was last shown, for whoever goes on."""

import msgspec

from kiosk.decoding import read_json
from kiosk.domain.stockwork import Work, WorkLine
from kiosk.store.database import Connection


def put_in(conn: Connection, work: Work) -> None:
    """Begin a work, or change what it says of itself."""
    conn.execute("REPLACE INTO stock_work VALUES (?, ?, ?)", (work.id, work.number, _text(work)))


def put_line_in(conn: Connection, work: str, line: WorkLine) -> None:
    """One line as it is now; a new one comes last."""
    conn.execute(
        "INSERT INTO stock_work_lines SELECT ?, ?, coalesce(max(n), 0) + 1, ? FROM stock_work_lines WHERE work = ?"
        " ON CONFLICT (work, article) DO UPDATE SET line = excluded.line",
        (work, line.article, _text(line), work),
    )


def drop_line_in(conn: Connection, work: str, article: str) -> None:
    """Take a line away."""
    conn.execute("DELETE FROM stock_work_lines WHERE work = ? AND article = ?", (work, article))


def drop_in(conn: Connection, work: str) -> None:
    """The work is over: posted, or given up."""
    conn.execute("DELETE FROM stock_work WHERE id = ?", (work,))
    conn.execute("DELETE FROM stock_work_lines WHERE work = ?", (work,))


def work_in(conn: Connection, work: str) -> Work | None:
    """A work that is not over, or None."""
    found = conn.execute("SELECT head FROM stock_work WHERE id = ?", (work,)).fetchone()
    return read_json(found[0], Work) if found else None


def all_in(conn: Connection) -> list[tuple[Work, int]]:
    """Every work that is not over with the count of its lines, the oldest first."""
    found = conn.execute(
        "SELECT head, (SELECT count(*) FROM stock_work_lines l WHERE l.work = w.id) FROM stock_work w ORDER BY number"
    )
    return [(read_json(head, Work), count) for head, count in found.fetchall()]


def lines_in(conn: Connection, work: str) -> list[WorkLine]:
    """The lines of a work in the order in which they came."""
    found = conn.execute("SELECT line FROM stock_work_lines WHERE work = ? ORDER BY n", (work,))
    return [read_json(line, WorkLine) for (line,) in found.fetchall()]


def line_in(conn: Connection, work: str, article: str) -> WorkLine | None:
    """One line, or None."""
    found = conn.execute("SELECT line FROM stock_work_lines WHERE work = ? AND article = ?", (work, article)).fetchone()
    return read_json(found[0], WorkLine) if found else None


def next_number_in(conn: Connection) -> int:
    """The number of the next work; a number is not used again while its work is remembered by anybody of that day."""
    (number,) = conn.execute("SELECT coalesce(max(value), 0) + 1 FROM meta WHERE key = 'stock_work'").fetchone()
    conn.execute("REPLACE INTO meta VALUES ('stock_work', ?)", (number,))
    return int(number)


def _text(value: Work | WorkLine) -> str:
    return msgspec.json.encode(value).decode()
