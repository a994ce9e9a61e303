"""Our parser and its peers, each as a function from a page's bytes and address to the fields that score.py knows.

Peers are asked for all they can give, and what they give is read kindly: names are taken apart, times brought to the
clock in China, and those that want text get it decoded by our rules, which know gb18030 from what a page declares.
They are imported by name, so that the product's own checks need none of them.
"""

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from importlib import import_module
from typing import Any

from lxml import html

from crawler.pages.article import parse_article
from crawler.parsing.encoding import decode

Fields = dict[str, Any]
Extract = Callable[[bytes, str], Fields]

OURS = "ours"
BARE_PARSE = "lxml parse"

_CHINA = timezone(timedelta(hours=8))
_STAMP = re.compile(
    r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})(?:\D{1,3}(\d{1,2}):(\d\d)(?::\d\d)?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?"
)


def bare_parse(body: bytes, url: str) -> Fields:
    """The least that any extractor does; the unit of speed, so that machines can be compared."""
    html.fromstring(body)
    return {}


def ours() -> Extract:
    def extract(body: bytes, url: str) -> Fields:
        page = parse_article(body, url)
        return {
            "title": page.title,
            "source": page.source,
            "published_on": page.published_on and page.published_on.isoformat(),
            "published_at": page.published_at and page.published_at.isoformat("T", "minutes"),
            "bylines": [asdict(byline) for byline in page.bylines],
            "body": page.body,
            "byline_text": page.byline_text,
        }

    return extract


def gne() -> Extract:
    extractor = import_module("gne").GeneralNewsExtractor()

    def extract(body: bytes, url: str) -> Fields:
        read = extractor.extract(decode(body).text)
        return _fields(read["title"], read["content"], _people(read["author"]), _moment(read["publish_time"]))

    return extract


def trafilatura() -> Extract:
    library = import_module("trafilatura")
    # its defaults, but with the time of day
    dating = {"original_date": True, "extensive_search": True, "outputformat": "%Y-%m-%dT%H:%M"}

    def extract(body: bytes, url: str) -> Fields:
        read = library.bare_extraction(body, url=url, with_metadata=True, date_extraction_params=dating)
        return _fields(read.title, read.text, _people(read.author), _moment(read.date)) if read else {}

    return extract


def readability() -> Extract:
    library = import_module("readability")

    def extract(body: bytes, url: str) -> Fields:
        read = library.Document(decode(body).text)
        title, author = read.short_title(), read.author()  # before summary(), which changes the tree
        text = str(html.fromstring(read.summary()).xpath("string()"))
        return _fields(title, text, _people("" if author == "[no-author]" else author))

    return extract


def newspaper() -> Extract:
    library = import_module("newspaper")

    def extract(body: bytes, url: str) -> Fields:
        read = library.Article(url, language="zh", fetch_images=False)  # it would go and measure every picture
        read.download(input_html=decode(body).text)
        read.parse()
        at = read.publish_date
        if at and at.tzinfo:
            at = at.astimezone(_CHINA).replace(tzinfo=None)
        return _fields(read.title, read.text, _people(" ".join(read.authors)), at)

    return extract


# By distribution, which is where the version is from.
PEERS: dict[str, Callable[[], Extract]] = {
    "gne": gne,
    "trafilatura": trafilatura,
    "readability-lxml": readability,
    "newspaper4k": newspaper,
}


def _fields(title: str | None, body: str | None, people: list[str], at: datetime | None = None) -> Fields:
    """No peer has a field for the source (来源): a site's own name, which some give, is another thing."""
    return {
        "title": title,
        "published_on": at and at.date().isoformat(),
        "published_at": at and at.isoformat("T", "minutes"),
        "bylines": [{"role": "reporter", "name": name} for name in people],
        "body": body,
    }


def _people(text: str | None) -> list[str]:
    names = (re.sub(r"^(?:记者|記者)", "", part) for part in re.split(r"[、,，;；\s]+", text or ""))
    return [name for name in names if name]


def _moment(text: str | None) -> datetime | None:
    found = _STAMP.search(text or "")
    if not found:
        return None
    year, month, day, hour, minute = (int(part or 0) for part in found.groups()[:5])
    at = datetime(year, month, day, hour, minute)
    if zone := found[6]:
        at = datetime.fromisoformat(f"{at.isoformat()}{zone}").astimezone(_CHINA).replace(tzinfo=None)
    return at
