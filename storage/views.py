"""Views for people who do not join. They hold nothing of their own: schema.py makes them anew with every migration, so
a changed view needs a migration, if an empty one."""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import add
from typing import Any, get_args

from sqlalchemy import ColumnElement, Date, Integer, MetaData, Select, Table, Text, case, cast, distinct, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.ddl import CreateView
from sqlalchemy.sql.functions import FunctionElement

from storage.models import Appearance, Article, Attachment, Byline, Image, Placement, Revision, Section, Url, Walk
from storage.records import DateOrigin, Role

METADATA = MetaData()


def _view(name: str, doc: str, statement: Select[*tuple[Any, ...]], texts: Mapping[str, str]) -> Table:
    """`texts`: by column; a column that is a table's has the table's."""
    view = CreateView(statement, name, metadata=METADATA).table
    view.info["doc"] = doc
    for column, said in zip(view.c, statement.selected_columns, strict=True):
        column.doc = texts.get(column.name) or getattr(said, "doc", None)
    return view


def _of_article(model: Any, text: Any, order: Any, *conditions: ColumnElement[bool], by: str = " ") -> Any:
    """Each text once, in the order in which it comes first."""
    rows = select(text.label("text")).where(model.article_id == Article.id, *conditions).group_by(text)
    ordered = rows.order_by(func.min(order)).correlate(Article).subquery()
    return select(func.aggregate_strings(ordered.c.text, by)).scalar_subquery()


def _people(role: str) -> Any:
    return _of_article(Byline, Byline.name, Byline.ordinal, Byline.role == role, by="、")


_PLACE = Section.site_id + "/" + Section.code
_IN_SECTION = Appearance.section_id == Section.id

ARTICLES = _view(
    "articles_current",
    "One row a story as it stands now. Names are parted by 、, addresses and sections by a blank, each is there once.",
    select(
        Article.id,
        select(Url.site_id).where(Url.url == Article.url).scalar_subquery().label("site"),
        Article.title,
        Article.source,
        Article.published_on,
        Article.published_at,
        Article.date_origin,
        *(_people(role).label(f"{role}s") for role in get_args(Role)),
        Article.byline_text,
        _of_article(Appearance, _PLACE, Appearance.id, _IN_SECTION).label("sections"),
        Article.url,
        _of_article(Appearance, Appearance.url, Appearance.id).label("urls"),
        _of_article(Image, Image.url, Image.order).label("images"),
        _of_article(Attachment, Attachment.url, Attachment.order).label("attachments"),
        Article.first_seen,
        Article.last_seen,
        Article.gone_at,
        Article.cluster_id,
        Article.content_hash,
        Article.body,
    ),
    {
        "id": "number of the article",
        "site": "site of the first copy",
        "date_origin": f"what told published_on: {', '.join(get_args(DateOrigin))}",
        "reporters": "记者 of any rank, 作者, 文, and people without a label",
        "correspondents": "通讯员",
        "photographers": "摄, 图, 摄影",
        "editors": "编辑, 责编",
        "reviewers": "审核, 校对, N审, 编审",
        "others": "视觉, 制作 and so on",
        "sections": "where it appeared: site/section",
        "urls": "of every copy",
        "images": "addresses of its pictures",
        "attachments": "addresses of its files",
    },
)

CAROUSEL = _view(
    "carousel_history",
    "One row a stay of a slide: which story, which position, from when to when.",
    select(
        Section.site_id.label("site"),
        Section.code.label("section"),
        Section.name.label("section_name"),
        Placement.position,
        Placement.headline,
        Placement.first_seen,
        Placement.last_seen,
        Placement.left_at,
        Placement.picture,
        Placement.url,
        Placement.article_id,
        Article.title,
        Article.published_on,
    )
    .join_from(Placement, Section, Section.id == Placement.section_id)
    .outerjoin(Article, Article.id == Placement.article_id),
    {
        "site": "the profile's id",
        "section": "the profile's section id",
        "section_name": "its name: 首页",
        "title": "headline of the article itself",
    },
)


_SAID = (
    *(Revision.title, Revision.source, Revision.published_on, Revision.published_at, Revision.byline_text),
    *(Revision.body, Revision.bylines, Revision.images, Revision.attachments),
)
_OLD = aliased(Revision)


def _old_seq() -> Any:
    earlier = aliased(Revision)
    joined_as = select(Url.identity_key).where(Url.url == Revision.url).correlate(Revision).scalar_subquery()

    def last(condition: ColumnElement[bool]) -> Any:
        before = (earlier.article_id == Revision.article_id, earlier.seq < Revision.seq, earlier.kind != "gone")
        return select(func.max(earlier.seq)).where(*before, condition).correlate(Revision).scalar_subquery()

    return func.coalesce(last(earlier.url == Revision.url), last(earlier.identity_key == joined_as), 1)


def _word(column: InstrumentedAttribute[Any]) -> Any:
    old: Any = getattr(_OLD, column.key)
    new: Any = column
    if column.key in ("bylines", "images", "attachments"):
        old, new = cast(old, Text), cast(new, Text)  # PostgreSQL's json has no equality
    silent = Revision.kind.in_(("gone", "returned"))
    return case((old.is_distinct_from(new) & ~silent, f"{column.key} "), else_="")


EDITS = _view(
    "edits",
    "One row a revision after an article's first, beside what it is compared with: what the same URL said before; for "
    "a further copy's first change the text with which that copy joined the article, else the article's first one. "
    "`newsarchive diff ID` shows them character by character.",
    select(
        Revision.article_id,
        Revision.seq,
        Revision.kind,
        Revision.seen_at,
        Revision.url,
        func.trim(reduce(add, map(_word, _SAID)), type_=Text).label("changed"),
        (func.length(Revision.body, type_=Integer) - func.length(_OLD.body)).label("longer_by"),
        _OLD.seq.label("old_seq"),
        _OLD.url.label("old_url"),
        _OLD.title.label("old_title"),
        Revision.title,
        _OLD.source.label("old_source"),
        Revision.source,
        _OLD.published_on.label("old_published_on"),
        Revision.published_on,
        _OLD.body.label("old_body"),
        Revision.body,
    )
    .join_from(Revision, _OLD, (_OLD.article_id == Revision.article_id) & (_OLD.seq == _old_seq()))
    .where(Revision.seq > 1),
    {
        "changed": "names of the fields that differ, parted by blanks; none of a page that is gone or back",
        "longer_by": "characters that the text gained, less than 0: lost",
        "old_seq": "the revision it is compared with",
        "old_url": "the address of that one; not url: another copy's",
        "old_title": "that one's headline",
        "old_source": "that one's source",
        "old_published_on": "that one's day of publishing",
        "old_body": "that one's text",
    },
)


class _NextDay(FunctionElement[date]):
    type = Date()
    inherit_cache = True


@compiles(_NextDay)
def _next_day(element: _NextDay, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{compiler.process(element.clauses, **kw)} + 1"


@compiles(_NextDay, "sqlite")
def _next_day_sqlite(element: _NextDay, compiler: SQLCompiler, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+1 day')"


def _coverage() -> Select[*tuple[Any, ...]]:
    first = func.min(case((Walk.complete & (Walk.reached < Walk.day), Walk.reached), else_=Walk.day))
    walked = select(Walk.section_id, first.label("day"), func.max(Walk.day).label("last")).where(Walk.pages > 0)
    days = walked.group_by(Walk.section_id).cte("days", recursive=True)
    days = days.union_all(select(days.c.section_id, _NextDay(days.c.day), days.c.last).where(days.c.day < days.c.last))
    of_section = Walk.section_id == days.c.section_id
    that_day = select(func.count()).where(of_section, Walk.day == days.c.day)
    back_to = select(Walk.id).where(
        of_section, Walk.complete, Walk.day >= days.c.day, func.coalesce(Walk.reached, Walk.day) <= days.c.day
    )
    published = select(func.count(distinct(Appearance.article_id))).where(
        Appearance.section_id == days.c.section_id, Appearance.published_on == days.c.day
    )
    return select(
        Section.site_id.label("site"),
        Section.code.label("section"),
        Section.name.label("section_name"),
        days.c.day,
        that_day.where(Walk.pages > 0).scalar_subquery().label("walks"),
        that_day.where(Walk.complete).scalar_subquery().label("complete"),
        case((back_to.exists(), 1), else_=0).label("covered"),
        published.scalar_subquery().label("articles"),
    ).join_from(days, Section, Section.id == days.c.section_id)


COVERAGE = _view(
    "coverage",
    "One row a section and day, from the first day that its lists have ever been read back to: `covered` tells nothing "
    "published from not looked.",
    _coverage(),
    {
        "site": "the profile's id",
        "section": "the profile's section id",
        "section_name": "its name: 公司要闻",
        "day": "in Beijing",
        "walks": "runs that read its list on that day",
        "complete": "those of them that read every page that had to be read",
        "covered": "1: its list was read completely on that day or later, and back to it, so that 0 articles mean that "
        "nothing was published, or that it could not be fetched yet (`urls.state`); else 0",
        "articles": "articles of the section published on that day",
    },
)
