import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from shuanglian.core.register import ask, listing
from shuanglian.directory.models import Organization
from tests.core.register.sample import SAMPLE
from tests.factories import factory_for

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.register.sample_urls")]
COLUMNS = [SAMPLE.column(key) for key in ("kind", "member_count")]


def shown(staff, query=""):
    params = QueryDict(query)
    return listing.listing(ask.read(SAMPLE, params, staff), params, COLUMNS)


@pytest.fixture
def many(staff):
    return factory_for(Organization).create_batch(45, member_count=2)


def test_a_page_has_twenty_rows_and_says_which(staff, many):
    page = shown(staff, "page=3")

    assert (len(page.lines), page.span, page.count, page.page, page.last) == (5, "第 41 至 45 家", "45", 3, 3)
    assert page.totals == {"member_count": "90"}
    assert page.beyond is False


def test_a_line_has_its_title_address_and_cells(staff, guanli):
    (line,) = shown(staff).lines

    assert (line.title, line.under, line.href) == ("冠力集团", guanli.uscc, f"/sample/{guanli.pk}/")
    assert [str(cell.html) for cell in line.cells] == ['<span class="sl-tag is-info">私营企业</span>', "0"]


def test_headings_say_and_turn_the_order(staff, guanli):
    heads = shown(staff, "sort=member_count&page=2").heads

    assert [(head.aria, head.sort) for head in heads] == [
        ("none", "?sort=name"),
        ("none", "?sort=kind"),
        ("ascending", "?sort=-member_count"),
    ]


def test_counting_and_paging_stop_at_a_thousand(staff, many, monkeypatch):
    monkeypatch.setattr(listing, "COUNTED", 40)
    monkeypatch.setattr(listing, "LAST_PAGE", 2)
    page = shown(staff, "page=9")

    assert (page.count, page.page, page.last, page.beyond) == ("40+", 2, 2, True)


def test_sums_go_beyond_what_is_counted_and_stop_at_a_limit(staff, many, monkeypatch):
    monkeypatch.setattr(listing, "COUNTED", 40)
    assert shown(staff).totals == {"member_count": "90"}
    monkeypatch.setattr(listing, "SUMMED", 45)
    assert shown(staff).totals == {"member_count": "90"}
    monkeypatch.setattr(listing, "SUMMED", 44)
    assert shown(staff).totals == {}


def test_facets_count_the_rows_of_the_other_conditions(staff, guanli, haokun):
    Organization.objects.filter(pk=haokun.pk).update(is_scaled=True)
    asked = ask.read(SAMPLE, QueryDict(f"is_scaled=1&division={haokun.division_id}"), staff)
    (town, kind, scale), more = listing.bars(asked)

    assert [(c.text, c.count, c.chosen) for c in town.choices] == [(haokun.division.name, 1, True)]
    assert [(c.text, c.count) for c in kind.choices] == [("私营企业", 1)]
    assert [(c.text, c.count, c.chosen) for c in scale.choices] == [("规模以上", 1, True)]
    assert [(bar.filter.label, bar.dates) for bar in more] == [
        ("登记状态", None),
        ("核对日期", ("", "")),
        ("建立时间", ("", "")),
    ]


def test_facets_of_very_many_rows_show_no_counts(staff, many, monkeypatch):
    monkeypatch.setattr(listing, "FACETED", 10)
    (_, kind, _), _ = listing.bars(ask.read(SAMPLE, QueryDict(), staff))

    assert {choice.count for choice in kind.choices} == {None}


def test_chips_lead_to_the_list_without_them(staff, guanli):
    params = QueryDict("q=冠力&is_scaled=0&checked_on_from=2026-01-01&checked_on_to=2026-03-01&page=2")
    chips = listing.in_force(ask.read(SAMPLE, params, staff), params)

    assert [(chip.text, QueryDict(chip.href[1:]).dict()) for chip in chips] == [
        ("“冠力”", {"is_scaled": "0", "checked_on_from": "2026-01-01", "checked_on_to": "2026-03-01"}),
        ("规模：规模以下", {"q": "冠力", "checked_on_from": "2026-01-01", "checked_on_to": "2026-03-01"}),
        ("核对日期：2026-01-01 至 2026-03-01", {"q": "冠力", "is_scaled": "0"}),
    ]


def test_conditions_are_switches_with_counts(staff, guanli, many):
    params = QueryDict("is=members&page=2")
    chips = listing.conditions(ask.read(SAMPLE, params, staff), params)

    assert [(chip.text, chip.count, chip.on, chip.href) for chip in chips] == [
        ("一年没核对", 45, False, "?is=members&is=unchecked"),
        ("有党员", 45, True, "?"),
    ]


def test_of_a_list_nobody_counts_nothing_else_is_counted(staff, many, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(listing, "COUNTED", 40)
    asked = ask.read(SAMPLE, QueryDict(), staff)
    page = shown(staff)
    assert page.many is True
    with django_assert_num_queries(0):
        (_, kind, _), _ = listing.bars(asked, page)
        chips = listing.conditions(asked, QueryDict(), page)
    assert {choice.count for choice in kind.choices} == {None}
    assert [chip.count for chip in chips] == [None, None]


@pytest.mark.parametrize(
    "query", ["q=集团", "q=集团&is_scaled=1", "q=没有的", "q=集团&sort=-name&is=members"]
)
def test_a_search_looks_once_and_counts_the_same(staff, guanli, haokun, query):
    Organization.objects.filter(pk=haokun.pk).update(is_scaled=True, member_count=3)
    params = QueryDict(query)
    asked = ask.read(SAMPLE, params, staff)
    page = shown(staff, query)

    assert [line.pk for line in page.lines] == [row.pk for row in asked.ordered(asked.rows())]
    assert set(page.known) == {line.pk for line in page.lines}
    assert listing.bars(asked, page) == listing.bars(asked)
    assert listing.conditions(asked, params, page) == listing.conditions(asked, params)


@pytest.mark.parametrize("sort", ["", "name", "-name", "kind", "-kind", "member_count", "-member_count"])
def test_pages_by_ids_are_the_whole_list_in_order(staff, many, guanli, sort):
    """Also where many rows are equal in what they are sorted by."""
    params = QueryDict(f"sort={sort}" if sort else "")
    asked = ask.read(SAMPLE, params, staff)
    whole = [row.pk for row in asked.ordered(asked.rows())]
    pages = [shown(staff, f"{params.urlencode()}&page={page}").lines for page in (1, 2, 3)]
    assert [line.pk for page in pages for line in page] == whole


def test_a_page_asks_as_much_for_any_number_of_rows(staff, guanli):
    def asked(query=""):
        with CaptureQueriesContext(connection) as seen:
            shown(staff, query)
        return len(seen)

    asked()
    one = asked()
    factory_for(Organization).create_batch(30)
    assert asked("page=2") == one
