"""Chance as letters that can be read out: no letter that looks like another."""

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


def spelled(chance: int, length: int) -> str:
    """So many letters from chance, in groups of four.

    >>> spelled(0, 8)
    'AAAA-AAAA'
    """
    letters = []
    for _ in range(length):
        chance, place = divmod(chance, len(LETTERS))
        letters.append(LETTERS[place])
    text = "".join(letters)
    return "-".join(text[start : start + 4] for start in range(0, length, 4))
