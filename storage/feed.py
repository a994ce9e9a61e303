"""What is new, revised or gone, as an Atom feed (RFC 4287)."""

import re
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TextIO
from uuid import NAMESPACE_URL, uuid5

from lxml import etree
from sqlalchemy import Connection, func, select

from storage.edits import changes
from storage.export import plain
from storage.models import Run
from storage.queries import Filter, Record, latest
from storage.tables import changes_as_text

_ENTRIES = 100
_OPENING = 200  # characters of a new story
_WORDS = {"first": "new", "gone": "gone", "returned": "returned"}  # the other kinds of revisions: revised
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_feed(connection: Connection, wanted: Filter, out: TextIO) -> None:
    """The newest changes of the articles wanted. Raises ArchiveError."""
    entries = latest(connection, wanted, _ENTRIES)
    chosen = " ".join(f"{name} {value}" for name, value in asdict(wanted).items() if value)
    began = connection.execute(select(func.min(Run.started_at))).scalar()  # tells this archive from another
    feed = etree.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    _add(feed, "id", _urn(f"newsarchive of {began} {chosen}"))
    _add(feed, "title", f"newsarchive {chosen}".strip())
    _add(feed, "updated", plain(entries[0][1]["seen_at"] if entries else datetime.now(UTC)))
    _add(_add(feed, "author"), "name", "newsarchive")
    for before, after in entries:
        _add_entry(feed, before, after)
    out.write('<?xml version="1.0" encoding="utf-8"?>\n')
    out.write(etree.tostring(feed, encoding="unicode", pretty_print=True))


def _add_entry(feed: etree._Element, before: Record | None, after: Record) -> None:
    word = _WORDS.get(after["kind"], "revised")
    title = after["title"] or after["url"]
    entry = _add(feed, "entry")
    # a revision never changes, so its id is its own for ever
    _add(entry, "id", _urn(f"{after['url']} {after['seq']} {plain(after['seen_at'])}"))
    _add(entry, "title", title if word == "new" else f"[{word}] {title}")
    _add(entry, "updated", plain(after["seen_at"]))
    if after["published_at"]:
        _add(entry, "published", plain(after["published_at"]))
    for byline in after["bylines"]:
        if byline["role"] in ("reporter", "correspondent"):
            _add(_add(entry, "author"), "name", byline["name"])
    _add(entry, "category", term=word)
    _add(entry, "link", rel="alternate", href=after["url"])
    revised = before if word == "revised" else None
    _add(entry, "summary", changes_as_text(changes(revised, after)) if revised else after["body"][:_OPENING])


def _add(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, tag, {name: _clean(value) for name, value in attributes.items()})
    element.text = text and _clean(text)
    return element


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"
