"""What a spider is told: what is new, what is due."""

from datetime import date

from storage import Archive, Run
from storage.records import Due, Row, Site, WalkEnded
from tests.storage.conftest import Clock, Rows
from tests.storage.samples import DAY, SECTIONS, address, failed, listed, page, read, row


def test_new_is_what_no_complete_walk_had_seen(run: Run, clock: Clock) -> None:
    urls = [address(1), address(2)]
    assert run.news("tplb", urls) == set(urls)
    run.record([listed("tplb", row(1))])
    assert run.news("tplb", urls) == set(urls)  # the walk may have been cut off behind page 1
    clock.forward(minutes=1)
    run.record([WalkEnded("tplb")])
    assert run.news("tplb", urls) == {address(2)}
    assert run.news("gsyw", urls) == set(urls)
    clock.forward(minutes=1)
    run.record([listed("tplb", row(1), row(2))])
    assert run.news("tplb", urls) == {address(2)}


def test_pending_is_what_was_never_read_or_is_due_again(run: Run, clock: Clock) -> None:
    run.record([listed("tplb", row(1), row(2), row(3)), read(page(1)), failed(3, "missing", 404)])
    assert [due.url for due in run.pending(["tplb"])] == [address(2)]
    clock.forward(days=1)
    assert [due.url for due in run.pending(["tplb"])] == [address(2), address(3)]


def test_due_lists_each_url_once_with_its_earliest_listing(run: Run) -> None:
    run.record([listed("tplb", row(1, on=date(2024, 5, 9)), row(2, on=None)), listed("gsyw", row(1), row(3))])
    assert run.pending(["tplb", "gsyw"]) == [
        Due(address(3), "gsyw", DAY),
        Due(address(1), "tplb", date(2024, 5, 9)),
        Due(address(2), "tplb", None),
    ]
    assert run.pending(["gsyw"]) == [Due(address(1), "gsyw", DAY), Due(address(3), "gsyw", DAY)]
    run.record([read(page(1))])
    assert [due.url for due in run.pending(["tplb", "gsyw"])] == [address(3), address(2)]


def test_due_leaves_a_month_around_the_wanted_days(run: Run) -> None:
    days = [date(2024, 3, 31), date(2024, 4, 1), date(2024, 7, 1), date(2024, 7, 2), None]
    run.record([listed("tplb", *(row(number, on=day) for number, day in enumerate(days)))])
    found = run.pending(["tplb"], date(2024, 5, 2), date(2024, 5, 31))
    assert [due.listed_on for due in found] == [date(2024, 7, 1), date(2024, 4, 1), None]


def test_known_url(run: Run) -> None:
    assert run.known_url(address(1)) is None
    run.record([listed("tplb", row(1)), read(page(2), section="gsyw")])
    assert run.known_url(address(1)) == Due(address(1), "tplb", DAY)
    assert run.known_url(address(2)) == Due(address(2), "gsyw", None, None, "p1")


def test_a_list_that_forgets_a_date_does_not_take_it_back(run: Run, rows: Rows, clock: Clock) -> None:
    run.record([listed("tplb", row(1))])
    clock.forward(hours=1)
    run.record([listed("tplb", row(1, on=None))])
    assert rows("SELECT CAST(listed_on AS TEXT), first_seen < last_seen FROM listings") in (
        [("2024-05-11", 1)],
        [("2024-05-11", True)],
    )


def test_another_sites_lead_becomes_our_article(archive: Archive, run: Run, rows: Rows) -> None:
    sister = archive.begin_run("news", Site("lzly", "兰铝", "http://lzly/", "chinalco"), SECTIONS, {})
    sister.record([listed("gsyw", Row(address(1), "转载", DAY, "link"))])
    assert sister.pending(["gsyw"]) == []
    run.record([listed("tplb", row(1))])
    assert [due.url for due in run.pending(["tplb"])] == [address(1)]
    assert rows(f"SELECT site_id, kind, state FROM urls WHERE url = '{address(1)}'") == [
        ("chinalco", "article", "pending")
    ]
    sister.record([listed("gsyw", Row(address(1), "转载", DAY, "link"))])
    assert [due.url for due in run.pending(["tplb"])] == [address(1)] and sister.pending(["gsyw"]) == []
    run.record([read(page(1))])
    found = rows("SELECT s.site_id, s.code FROM appearances a JOIN sections s ON s.id = a.section_id ORDER BY 1")
    assert found == [("chinalco", "tplb"), ("lzly", "gsyw")]
