"""`datapackage.json` beside an exported table: what its columns are, as Frictionless tools read it.

Data Package standard 2.0: https://datapackage.org/standard/data-package/
"""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from storage.engine import ArchiveError
from storage.formats import FORMATS
from storage.views import ARTICLES

_TYPES = {int: "integer", str: "string", date: "date", datetime: "datetime"}


def describe(table: Path, kind: str) -> None:
    """Adds a file of the columns of articles_current to the package in its folder. Raises ArchiveError, OSError."""
    descriptor = table.with_name("datapackage.json")
    package = _read(descriptor)
    others = [resource for resource in package.get("resources", []) if resource.get("path") != table.name]
    package["resources"] = [*others, _resource(table, kind)]
    descriptor.write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _read(descriptor: Path) -> dict[str, Any]:
    if not descriptor.exists():
        return {"$schema": "https://datapackage.org/profiles/2.0/datapackage.json"}
    try:
        package = json.loads(descriptor.read_text(encoding="utf-8"))
    except ValueError:
        package = None
    if not isinstance(package, dict):
        raise ArchiveError(f"{descriptor} is no data package: move it away or export to another folder")
    return package


def _resource(table: Path, kind: str) -> dict[str, Any]:
    return {
        "name": table.name,
        "path": table.name,
        "type": "table",
        "description": ARTICLES.info["doc"],
        "format": kind,
        "mediatype": FORMATS[kind].media_type,
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {"name": column.name, "type": _TYPES[column.type.python_type], "description": column.doc}
                for column in ARTICLES.c
            ],
            "primaryKey": ["id"],
        },
    }
