"""Help and documents cannot drift apart: what there is to use is named where people look."""

import argparse
import re
from importlib import import_module
from pathlib import Path

import pytest
from scrapy.commands import ScrapyCommand
from scrapy.commands.crawl import Command as ScrapysCrawl
from scrapy.settings import Settings, default_settings

from crawler import settings
from crawler.arguments import _KNOWN
from storage.cli import main
from storage.docs import schema
from storage.models import Base
from storage.views import METADATA

_PROJECT = Path(__file__).parent.parent
_READMES = [_PROJECT / "README.md", _PROJECT / "README.zh-CN.md"]
_DOCS = "\n".join(path.read_text(encoding="utf-8") for path in (*_READMES, *(_PROJECT / "docs").glob("*.md")))
_COMMANDS = [path.stem for path in (_PROJECT / "crawler/commands").glob("[a-z]*.py")]


def documented(word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", _DOCS) is not None


def test_schema_md_is_current() -> None:
    assert (_PROJECT / "docs/schema.md").read_text(encoding="utf-8") == schema(), "run: make docs"


def test_every_column_says_what_it_is() -> None:
    tables = [*Base.metadata.tables.values(), *METADATA.tables.values()]
    assert [f"{table}.{column.name}" for table in tables for column in table.c if not column.doc] == []


@pytest.mark.parametrize("readme", _READMES, ids=lambda path: path.name)
def test_every_command_is_in_the_readmes(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    wanted = [f"newsarchive {name}" for name in main.commands] + [f"scrapy {name}" for name in _COMMANDS]
    assert [name for name in wanted if name not in text] == []


@pytest.mark.parametrize("readme", _READMES, ids=lambda path: path.name)
def test_readmes_name_every_table_and_show_each_command_once(readme: Path) -> None:
    """What merges get wrong: a table left out, a list that is there twice, half of it outside its block."""
    text = readme.read_text(encoding="utf-8")
    assert [name for name in (*METADATA.tables, *Base.metadata.tables) if f"`{name}`" not in text] == []
    prose, blocks = ("\n".join(text.split("```")[start::2]) for start in (0, 1))
    shown, strays = (re.findall("^(?:newsarchive|scrapy) [^#\n]*", part, re.MULTILINE) for part in (blocks, prose))
    assert strays == [] and len(shown) == len(set(shown))


def test_every_option_is_named() -> None:
    ours = {max(option.opts, key=len) for command in (main, *main.commands.values()) for option in command.params}
    for name in _COMMANDS:
        ours |= _options(import_module(f"crawler.commands.{name}").Command())
    undocumented = {option for option in ours - _options(ScrapysCrawl()) if option[0] == "-" and not documented(option)}
    assert undocumented == set()


def _options(command: ScrapyCommand) -> set[str]:
    command.settings = Settings()
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    return {max(action.option_strings, key=len) for action in parser._actions if action.option_strings}


def test_every_spider_argument_and_setting_is_named() -> None:
    ours = [name for name in vars(settings) if name.isupper() and not hasattr(default_settings, name)]
    assert [name for name in (*ours, *(f"{name}=" for name in _KNOWN)) if name not in _DOCS] == []
