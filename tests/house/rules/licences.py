"""Each picture, font and sound has its licence beside it, or in a folder above within assets/."""

from pathlib import Path

from tests.house.rules.common import Finding, relative, tracked

MADE = frozenset(
    {".png", ".webp", ".jpg", ".jpeg", ".svg", ".ttf", ".otf", ".woff2", ".wav", ".ogg"}
)


def is_licence(path: Path) -> bool:
    """Say whether a file is a licence's text by its name: LICENSE.txt, OFL.txt, CC0.txt."""
    return path.stem.upper().startswith(("LICENSE", "LICENCE", "OFL", "CC0", "CC-BY"))


def check(root: Path) -> list[Finding]:
    """Look for a licence beside every picture, font and sound; one finding for a folder."""
    known = [path for path in tracked(root) if path.relative_to(root).parts[0] == "assets"]
    licensed = {path.parent for path in known if is_licence(path)} - {root / "assets"}
    bare = {
        path.parent
        for path in known
        if path.suffix.lower() in MADE
        and not any(folder in licensed for folder in (path.parent, *path.parent.parents))
    }
    return [
        Finding(
            relative(root, folder) + "/",
            1,
            "the folder holds pictures, fonts or sounds without a licence",
            "put LICENSE.txt beside them, with where they come from",
        )
        for folder in sorted(bare)
    ]
