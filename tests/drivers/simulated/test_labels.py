"""The simulated label printer: what it reads of ZPL, and that its codes are those of the standards."""

import zxingcpp

from drivers.simulated.labels.reader import Format, Reader, check_digit, read_format
from drivers.simulated.labels.render import picture, wrapped


def test_a_format_that_comes_in_pieces_is_read_once_it_is_whole() -> None:
    reader, data = Reader(), b"~HS\r\n^XA^PW400^LL300^FO10,20^A0N,30,30^FH_^FD5_5E 10 \xe2\x82\xac^FS^PQ3,0,0,N^XZ"
    made = [one for n in range(len(data)) for one in reader.feed(data[n : n + 1])]
    assert made[0] == "HS" and len(made) == 2
    (label,) = [one for one in made if isinstance(one, Format)]
    assert (label.width, label.height, label.copies, label.unknown) == (400, 300, 3, [])
    assert [(one.text, one.x, one.y, one.height) for one in label.fields] == [("5^ 10 €", 10, 20, 30)]


def test_codes_read_back_and_the_check_digit_is_its_own() -> None:
    assert check_digit("871039850052") == "6"
    label = read_format(b"^PW560^LL304^FO60,150^BY2,2^BEN,60,Y,N^FD871039850052^FS^FO380,40^BQN,2,3^FDMA,https://x.example/01/1^FS")
    assert {found.text for found in zxingcpp.read_barcodes(picture(label))} == {"8710398500526", "https://x.example/01/1"}


def test_a_long_text_is_cut_after_the_lines_of_its_block_and_an_unknown_command_is_told() -> None:
    label = read_format(b"^FO0,0^A0N,30,30^FB100,2,0,L,0^FDone two three four five six seven^FS^XG10,10^FS")
    assert len(wrapped(label.fields[0])) == 2 and label.unknown == ["XG"]
