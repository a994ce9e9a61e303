"""Every format of `newsarchive export`, and the feed, with texts that are made to break them; each is read back."""

import csv
import json
import re
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow.parquet
import pytest
from bibtexparser.entrypoint import parse_string
from click.testing import CliRunner, Result

from storage import Archive, Filter
from storage.citations import stable_id
from storage.cli import main
from storage.queries import Record, articles, reading
from storage.records import ArticlePage, Byline, Image
from storage.views import ARTICLES
from tests.storage.conftest import Clock, empty_postgresql
from tests.storage.samples import SECTIONS, SITE, listed, page, read, row

TITLES = (
    '=HYPERLINK("http://a","b")',
    "<script>alert('x')</script>&amp;]]>",
    r"100% {开 \input{x} _$#~^ 结}}",
    "𠮷野家\U0001f3ed, \"引号\"，'单引号'",
    "行\r\n二\t三\x0b\x1b四\u2028五",
    None,
)
BODIES = ("@SUM(1+1)", "一段\n\n二段\r三段", "\x01\x02控\ufffe制", "长" * 100_000, "", "</summary>")


def hostile(number: int) -> ArticlePage:
    people = tuple(Byline("reporter", name) for name in ("张 and 三", "{李四", "=王五", "赵六"))
    return page(
        number,
        title=TITLES[number],
        body=BODIES[number],
        published_at=datetime(2024, 5, 11, 9, 30) if number else None,
        bylines=(*people, Byline("editor", "𠮷五")) if number == 1 else (),
        images=(Image("http://a/1.jpg"), Image("http://a/2.jpg"), Image("http://a/1.jpg")),
    )


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path_factory.mktemp('export')}/news.db" if sqlite else empty_postgresql()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.archive.utc_now", Clock())
        archive = Archive.open(url)
        run = archive.begin_run("news", SITE, SECTIONS, {})
        pages = [hostile(number) for number in range(6)]
        if sqlite:  # PostgreSQL keeps no NUL
            pages[2] = replace(pages[2], body=f"\x00{BODIES[2]}")
        run.record([listed("gsyw", *(row(number, "gsyw") for number in range(6))), *map(read, pages)])
        run.end("good")
        archive.close()
    return url


def newsarchive(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", url, *arguments], catch_exceptions=False)


def exported(url: str, kind: str, folder: Path) -> Path:
    target = folder / f"news.{kind}"
    done = newsarchive(url, "export", "--format", kind, "-o", str(target))
    assert (done.exit_code, done.output) == (0, "")
    return target


def current(url: str) -> list[Record]:
    with reading(url) as connection:
        return list(articles(connection, Filter()))


def test_csv(filled: str, tmp_path: Path) -> None:
    with exported(filled, "csv", tmp_path).open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == 6
    for line, article in zip(found, current(filled), strict=True):
        for name in ("title", "body", "reporters", "url", "sections"):
            assert re.sub("^'(?=[=@])", "", line[name]) == (article[name] or "")
            assert not line[name].startswith(("=", "@"))
    assert found[1]["published_at"] == "2024-05-11T09:30:00+08:00" and found[1]["first_seen"].endswith("+00:00")


def test_jsonl(filled: str, tmp_path: Path) -> None:
    with exported(filled, "jsonl", tmp_path).open(encoding="utf-8", newline="\n") as file:
        found = [json.loads(line) for line in file]
    assert tuple(story["title"] for story in found) == TITLES
    assert tuple(story["body"].removeprefix("\x00") for story in found) == BODIES
    assert [byline["name"] for byline in found[1]["bylines"]] == ["张 and 三", "{李四", "=王五", "赵六", "𠮷五"]


def test_the_hash_can_be_checked_as_citing_md_says(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    citing = Path(__file__).parents[2] / "docs/citing.md"
    (code,) = re.findall(r"```python\n(.*?)```", citing.read_text(encoding="utf-8"), re.DOTALL)
    lines = exported(filled, "jsonl", tmp_path)
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    lines.write_text(lines.read_text(encoding="utf-8").replace("二段", "三段"), encoding="utf-8")
    with pytest.raises(AssertionError):
        exec(code, {})


def test_parquet(filled: str, tmp_path: Path) -> None:
    table = pyarrow.parquet.read_table(exported(filled, "parquet", tmp_path))
    expected = current(filled)
    for article in expected:
        if article["published_at"]:
            assert article["published_at"].tzinfo is None
            article["published_at"] = datetime.fromisoformat(f"{article['published_at']}+08:00")
    assert table.to_pylist() == expected
    assert table.schema.field("published_at").type.tz == "Asia/Shanghai"
    assert table.schema.field("reporters").metadata[b"description"].decode() == ARTICLES.c.reporters.doc


def test_parquet_of_nothing_and_without_pyarrow(filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "none.parquet"
    assert newsarchive(filled, *f"export --format parquet --since 2030-01-01 -o {target}".split()).exit_code == 0
    assert pyarrow.parquet.read_table(target).column_names == ARTICLES.c.keys()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = newsarchive(filled, "export", "--format", "parquet", "-o", f"{tmp_path}/a.parquet")
    assert done.exit_code == 1 and "pip install 'group-news-archive[parquet]'" in done.stderr
    assert not (tmp_path / "a.parquet").exists()


def test_datapackage(filled: str, tmp_path: Path) -> None:
    """Data Package 2.0: what it requires, and what a reader of these files needs."""
    with exported(filled, "csv", tmp_path).open(encoding="utf-8-sig") as file:
        header = next(csv.reader(file))
    names = pyarrow.parquet.read_schema(exported(filled, "parquet", tmp_path)).names
    exported(filled, "csv", tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert [resource["path"] for resource in package["resources"]] == ["news.parquet", "news.csv"]
    for resource in package["resources"]:
        assert resource["name"] and (tmp_path / resource["path"]).is_file()
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == names == header
        assert {field["type"] for field in fields} == {"integer", "string", "date", "datetime"}
        assert all(field["description"] for field in fields)


def test_a_datapackage_of_something_else_is_kept(filled: str, tmp_path: Path) -> None:
    theirs = tmp_path / "datapackage.json"
    theirs.write_text("[1, 2]")
    done = newsarchive(filled, "export", "--format", "csv", "-o", f"{tmp_path}/news.csv")
    assert done.exit_code == 1 and "no data package" in done.stderr and done.stderr.count("\n") == 1
    assert theirs.read_text() == "[1, 2]" and not (tmp_path / "news.csv").exists()


def test_bibtex(filled: str, tmp_path: Path) -> None:
    text = exported(filled, "bibtex", tmp_path).read_text(encoding="utf-8")
    library = parse_string(text)
    assert not library.failed_blocks
    assert list(library.entries_dict) == [stable_id(article) for article in current(filled)]
    for entry, title in zip(library.entries, TITLES, strict=True):
        printable = "".join(c if c.isprintable() else " " for c in title or "")
        assert tex(entry.fields_dict["title"].value[1:-1] if title else "") == " ".join(printable.split())
    second = library.entries[1].fields_dict
    assert tex(second["author"].value) == "{张 and 三} and {{李四} and {=王五} and {赵六}"
    assert second["date"].value == "2024-05-11" and "SHA-256" in second["note"].value


def tex(text: str) -> str:
    """What LaTeX prints."""
    names = {"braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^", "backslash": "\\"}
    return re.sub(r"\\(?:text(\w+)\{\}|([#$%&_]))", lambda found: found[2] or names[found[1]], text)


def test_gbt7714(filled: str, tmp_path: Path) -> None:
    lines = exported(filled, "gbt7714", tmp_path).read_text(encoding="utf-8").split("\n")
    assert len(lines) == 7 and lines[6] == ""
    (article,) = (article for article in current(filled) if article["title"] == TITLES[1])
    assert lines[article["id"] - 1] == (
        f"张 and 三, {{李四, =王五, 等. {TITLES[1]}[EB/OL]. (2024-05-11)[2026-11-01]. {article['url']}. "
        f"存档号 newsarchive-{article['id']}, 首见 2026-11-01T08:00:00Z, SHA-256 {article['content_hash']}."
    )
    assert lines[5].startswith("题名不详[EB/OL]. (2024-05-11)[")
