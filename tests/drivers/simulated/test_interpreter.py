"""The simulated printer without its socket: bytes in, answers and paper out."""

import io
import random

import pytest
import zxingcpp
from PIL import Image

from drivers.simulated.printer.interpreter import EscPosInterpreter
from drivers.simulated.printer.mechanism import Mechanism
from drivers.simulated.printer.press import Piece
from drivers.simulated.printer.render import PAPER_DOTS, Typeface, png, render

CUT = b"\x1dV\x00"
OUT = Mechanism(paper="out")


def printed(data: bytes) -> Piece:
    interpreter = EscPosInterpreter()
    interpreter.feed(data + CUT)
    return interpreter.press.pieces[0]


def read_codes(piece: Piece) -> list[tuple[str, str]]:
    image = Image.open(io.BytesIO(png(render(piece.items, Typeface())))).convert("L")
    return [(code.symbology_identifier, code.text) for code in zxingcpp.read_barcodes(image)]


def kinds(interpreter: EscPosInterpreter) -> list[str]:
    return [happening.kind for happening in interpreter.press.take_news()]


@pytest.mark.parametrize(
    ("state", "answers"),
    [
        (Mechanism(), "12121212"),
        (Mechanism(drawer_open=True), "16121212"),
        (Mechanism(cover_open=True), "1a161212"),
        (Mechanism(paper="near_end"), "1212121e"),
        (OUT, "1a32127e"),
        (Mechanism(cutter_jammed=True), "1a521a12"),
    ],
)
def test_real_time_status_tells_each_state_in_its_own_bits(state: Mechanism, answers: str) -> None:
    interpreter = EscPosInterpreter(state)
    replies = b"".join(interpreter.feed(bytes([0x10, 0x04, n])) for n in (1, 2, 3, 4))
    assert replies.hex() == answers
    assert all(byte & 0x93 == 0x12 for byte in replies)


def test_automatic_status_comes_at_once_and_on_every_change_until_the_printer_is_reset() -> None:
    interpreter = EscPosInterpreter()
    assert interpreter.feed(b"\x1da\xff").hex() == "10000000"
    assert interpreter.change(cover_open=True).hex() == "38000000"
    assert interpreter.change(cover_open=False).hex() == "10000000"
    assert interpreter.change(paper="near_end").hex() == "10000300"
    assert interpreter.feed(b"\x1bp\x00\x32\x32").hex() == "14000300"
    assert interpreter.feed(b"\x1b@") == b""
    assert interpreter.change(drawer_open=False) == b""


def test_automatic_status_tells_only_what_the_host_switched_on() -> None:
    interpreter = EscPosInterpreter()
    interpreter.feed(b"\x1da\x01")
    assert interpreter.change(paper="near_end") == b""
    assert interpreter.change(drawer_open=True).hex() == "14000300"


@pytest.mark.parametrize(("paper", "answer"), [("ok", 0x00), ("near_end", 0x03), ("out", 0x0C)])
def test_the_barrier_answers_with_the_state_of_the_paper(paper: str, answer: int) -> None:
    assert EscPosInterpreter(Mechanism(paper=paper)).feed(b"\x1dr\x01") == bytes([answer])


def test_a_process_id_comes_back_after_all_that_was_sent_before_it() -> None:
    interpreter = EscPosInterpreter()
    job = b"one\ntwo\n" + CUT + b"\x1d(H\x06\x0000A1b2"
    assert interpreter.feed(job) == b"\x37\x22A1b2\x00"
    assert interpreter.press.pieces[0].lines == ("one", "two")


def test_a_process_id_of_unprintable_bytes_is_refused() -> None:
    interpreter = EscPosInterpreter()
    assert interpreter.feed(b"\x1d(H\x06\x0000A\x01b2") == b""
    assert "command.refused" in kinds(interpreter)


def test_without_paper_data_are_held_and_printing_goes_on_when_paper_is_put_in() -> None:
    interpreter = EscPosInterpreter()
    interpreter.feed(b"\x1da\xff")
    assert interpreter.feed(b"first\n") == b""
    interpreter.change(paper="out")
    assert interpreter.feed(b"second\nthird\n" + CUT + b"\x1dr\x01") == b""
    assert interpreter.feed(b"\x10\x04\x04") == b"\x7e", "real-time requests pass by the held data"
    assert interpreter.held_bytes > 0
    assert interpreter.press.pieces == []
    assert interpreter.load_roll(None) == bytes.fromhex("10000000") + b"\x00"
    assert interpreter.press.pieces[0].lines == ("first", "second", "third")
    assert interpreter.held_bytes == 0


def test_a_roll_of_known_length_runs_low_and_then_out_in_the_middle_of_a_job() -> None:
    interpreter = EscPosInterpreter(roll_mm=2010)
    interpreter.feed(b"a line\n" * 10)
    assert interpreter.mechanism.paper == "near_end"
    interpreter.feed(b"a line\n" * 1000)
    assert interpreter.mechanism.paper == "out"
    assert interpreter.held_bytes > 0


def test_identity_and_drawer_status_are_answered() -> None:
    interpreter = EscPosInterpreter()
    assert interpreter.feed(b"\x1dIB") == b"_TOONBANK\x00"
    assert interpreter.feed(b"\x1dIC") == b"_SIM-80\x00"
    assert interpreter.feed(b"\x1dr\x02") == b"\x00"
    interpreter.feed(b"\x10\x14\x01\x00\x01")
    assert interpreter.feed(b"\x1dr\x02") == b"\x01"


def test_a_half_sent_picture_is_ended_by_nul_bytes() -> None:
    interpreter = EscPosInterpreter()
    interpreter.feed(b"\x1dv0\x00\x48\x00\x64\x00" + b"\xff" * 100)
    interpreter.host_left()
    assert interpreter.feed(b"\x10\x04\x01") == b"\x12", "status works inside a picture"
    interpreter.feed(b"\x00" * 8192 + b"\x1b@clean\n" + CUT)
    assert interpreter.press.pieces[-1].lines == ("clean",)


def test_clearing_the_buffer_drops_what_is_held_and_its_process_id() -> None:
    interpreter = EscPosInterpreter(OUT)
    interpreter.feed(b"secret\n\x1d(H\x06\x000000077")
    assert interpreter.feed(b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08") == b"\x37\x25\x00"
    assert interpreter.load_roll(None) == b""
    assert interpreter.press.items == []


def test_a_cutter_error_is_recovered_from_by_the_host() -> None:
    interpreter = EscPosInterpreter(Mechanism(cutter_jammed=True))
    interpreter.feed(b"held\n" + CUT)
    assert interpreter.press.pieces == []
    interpreter.feed(b"\x10\x05\x01")
    assert interpreter.press.pieces[0].lines == ("held",)


@pytest.mark.parametrize(
    ("page", "codec", "text"),
    [
        (16, "cp1252", "Café €1,95 één crème"),
        (19, "cp858", "Prijs € 12,50 reünie"),
        (40, "iso8859_15", "Œuvre à 3 €"),
        (18, "cp852", "Zażółć gęślą jaźń"),
        (45, "cp1250", "Łódź za 5 €"),
        (0, "cp437", "Élan é ü"),
        (2, "cp850", "Ça va à Liège"),
    ],
)
def test_letters_of_every_code_page_stand_on_the_paper(page: int, codec: str, text: str) -> None:
    assert printed(bytes([0x1B, 0x74, page]) + text.encode(codec) + b"\n").lines == (text,)


def test_ruled_lines_of_the_katakana_page_stand_on_the_paper() -> None:
    assert printed(b"\x1bt\x01" + b"\x95" * 3 + b"\xb1\xfe\n").lines == ("───ｱ▒",)


@pytest.mark.parametrize(
    ("state", "first"),
    [(Mechanism(), "12"), (OUT, "32"), (Mechanism(cover_open=True), "16")],
)
def test_a_client_that_probes_the_language_first_gets_the_answers_it_lives_by(state: Mechanism, first: str) -> None:
    """The sequence of receiptio 2.1.2: probe, identity, automatic status, job with a barrier."""
    interpreter = EscPosInterpreter(state)
    assert interpreter.feed(bytes.fromhex("100402 1b0601 1b40")).hex() == first
    assert interpreter.feed(bytes.fromhex("1d4942 1d4943")) == b"_TOONBANK\x00_SIM-80\x00"
    assert interpreter.feed(bytes.fromhex("1b40 1d61ff"))[0] & 0x93 == 0x10
    job = interpreter.feed(b"paid\n\x1dVA\x00\x1dr\x01")
    assert job == (b"" if state.offline else b"\x00")


def test_a_page_the_printer_does_not_have_is_told_and_nothing_is_guessed() -> None:
    interpreter = EscPosInterpreter()
    interpreter.feed(b"\x1bt\xc8caf\xe9\n" + CUT)
    assert interpreter.press.pieces[0].lines == ("caf\N{REPLACEMENT CHARACTER}",)
    assert {"codepage.unsupported", "text.unprintable"} <= set(kinds(interpreter))


def test_every_form_of_the_cut_ends_a_piece() -> None:
    interpreter = EscPosInterpreter()
    forms = [b"\x1dV\x00", b"\x1dV1", b"\x1dVA\x10", b"\x1dVB\x00", b"\x1bi", b"\x1bm"]
    for form in forms:
        interpreter.feed(b"x\n" + form)
    cuts = [piece.cut for piece in interpreter.press.pieces]
    assert cuts == ["full", "partial", "full", "partial", "partial", "partial"]


def test_double_width_halves_the_columns_and_long_lines_go_on_below() -> None:
    piece = printed(b"x" * 50 + b"\n\x1d!\x10" + b"y" * 25 + b"\n")
    assert piece.lines == ("x" * 48, "xx", "y" * 24, "y")


def test_qr_and_barcodes_are_read_back_from_the_picture() -> None:
    qr_data = "https://example.com/r/NL-01-000042?€".encode()
    store = len(qr_data) + 3
    job = (
        b"\x1ba\x01\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x04\x1d(k\x03\x001E1"
        b"\x1d(k"
        + bytes([store & 255, store >> 8])
        + b"1P0"
        + qr_data
        + b"\x1d(k\x03\x001Q0\n"
        + b"\x1dh\x50\x1dw\x02\x1dH\x02"
        + b"\x1dkC\x0d8710398500526\n\n"
        + b"\x1dk\x024006381333931\x00\n\n"
        + b"\x1dkD\x08"
        + b"96385074\n\n"
        + b"\x1dkI\x0b{BRCPT-{C\x0c\x22\n\n"
        + b"\x1dkE\x06NL-042\n\n"
        + b"\x1dkF\x08"
        + b"12345678\n\n"
    )
    piece = printed(job)
    expected = [
        ("QR", "https://example.com/r/NL-01-000042?€"),
        ("EAN-13", "8710398500526"),
        ("EAN-13", "4006381333931"),
        ("EAN-8", "96385074"),
        ("CODE128", "RCPT-1234"),
        ("CODE39", "NL-042"),
        ("ITF", "12345678"),
    ]
    assert list(piece.codes) == expected
    identifiers = {"QR": "]Q", "EAN-13": "]E0", "EAN-8": "]E4", "CODE128": "]C0"}
    read = read_codes(piece)
    assert sorted(text for _, text in read) == sorted(text for _, text in expected)
    for kind, text in expected:
        assert any(code.startswith(identifiers.get(kind, "]")) and content == text for code, content in read)


def test_a_wrong_check_digit_is_printed_as_sent_so_that_no_scanner_reads_it() -> None:
    assert read_codes(printed(b"\x1dkC\x0d8710398500521\n")) == []


def test_a_code_wider_than_the_paper_is_not_printed_and_that_is_told() -> None:
    interpreter = EscPosInterpreter()
    interpreter.feed(b"\x1dw\x06\x1dkI\x22{B" + b"A" * 32 + b"\n" + CUT)
    assert "code.too_wide" in kinds(interpreter)
    assert interpreter.press.pieces[0].codes == ()


def test_a_raster_picture_keeps_its_dots() -> None:
    piece = printed(b"\x1dv0\x00\x02\x00\x02\x00\x80\x01\xff\x00")
    image = render(piece.items, Typeface())
    assert image.width == PAPER_DOTS
    dark = [(x, y) for y in range(2) for x in range(PAPER_DOTS) if not image.getpixel((x, y))]
    assert dark == [(32, 0), (47, 0), *((32 + x, 1) for x in range(8))]


def test_a_stored_logo_is_printed_by_its_key() -> None:
    body = b"\x30\x43\x30LG\x01\x08\x00\x02\x00\x31\xff\x81"
    logo = b"\x1d(L" + len(body).to_bytes(2, "little") + body
    piece = printed(logo + b"\x1d(L\x06\x00\x30\x45LG\x01\x01")
    assert [item.height_dots for item in piece.items] == [2]


def test_an_unknown_command_is_told_and_printing_goes_on() -> None:
    interpreter = EscPosInterpreter()
    interpreter.feed(b"\x1b\x7f\x1d\x7fok\n" + CUT)
    assert interpreter.press.pieces[0].lines == ("ok",)
    assert kinds(interpreter).count("command.unknown") == 2


@pytest.mark.parametrize("seed", range(4))
def test_no_byte_sequence_makes_the_printer_fail(seed: int) -> None:
    chance = random.Random(seed)
    prefixes = bytes([0x10, 0x1B, 0x1C, 0x1D, 0x0A])
    interpreter = EscPosInterpreter(roll_mm=100_000)
    for _ in range(250):
        data = bytearray(chance.randbytes(100))
        for place in range(0, len(data), chance.randint(2, 9)):
            data[place] = chance.choice(prefixes)
        interpreter.feed(bytes(data))
        interpreter.change(paper=chance.choice(["ok", "near_end", "out"]))
        if chance.random() < 0.2:
            interpreter.host_left()
    interpreter.load_roll(None)
    interpreter.feed(b"\x00" * 70_000 + b"\x1b@")
    items = (*interpreter.press.items, *(i for p in interpreter.press.pieces for i in p.items))
    render(items[:200], Typeface())


def test_a_length_beyond_any_memory_is_swallowed_and_not_kept() -> None:
    interpreter = EscPosInterpreter()
    interpreter.feed(b"\x1d8L\xff\xff\xff\x7f" + b"\x00" * 100_000)
    assert interpreter.held_bytes == 0


def test_commands_split_at_any_byte_do_the_same() -> None:
    job = b"\x1b@\x1bt\x13caf\x82 \xd5\n\x1b!\x30BIG\n\x1b!\x00\x10\x04\x01\x1dr\x01" + CUT
    whole = EscPosInterpreter()
    replies = whole.feed(job)
    single = EscPosInterpreter()
    assert b"".join(single.feed(job[at : at + 1]) for at in range(len(job))) == replies
    assert single.press.pieces[0].lines == whole.press.pieces[0].lines == ("café €", "BIG")
