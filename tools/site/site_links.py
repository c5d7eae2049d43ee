"""Every link of a built site that stays inside it leads to a file, and to a place in that file."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADS = {"script", "img", "iframe", "source", "video", "audio", "embed", "object"}


class _Page(HTMLParser):
    """What a page links to, what it loads, and the places in it that can be linked to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses and the name of one element."""
        given = dict(attrs)
        self.places.update(given[name] or "" for name in ("id", "name") if name in given)
        for address in (given.get("href"), given.get("src"), given.get("data")):
            if address is None:
                continue
            sheet = tag == "link" and given.get("rel") not in {"canonical", "author"}
            (self.loads if tag in LOADS or sheet else self.links).add(address)


def broken(site: Path) -> list[str]:
    """Return a line for each address in ``site`` that leads nowhere or loads from a network."""
    pages = {}
    for path in sorted(site.rglob("*.html")):
        if path.is_relative_to(site / "_static"):  # pieces of the theme
            continue
        pages[path] = _Page()
        pages[path].feed(path.read_text(encoding="utf-8"))
    found = []
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        for address in sorted(page.links | page.loads):
            parts = urlsplit(address)
            if parts.scheme == "data":
                continue
            if parts.scheme or parts.netloc:
                if address in page.loads:
                    found.append(f"{name}: loads {address} from a network")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir() or not target.exists():
                found.append(f"{name}: no file for {address}")
            elif parts.fragment and target in pages:
                place = unquote(parts.fragment)
                if place not in pages[target].places:
                    found.append(f"{name}: no place for {address}")
    return found
