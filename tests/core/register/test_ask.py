import pytest
from django.http import QueryDict

from shuanglian.core.register import ask
from shuanglian.core.register.filters import Facet
from shuanglian.directory.models import Organization
from tests.core.register.sample import SAMPLE
from tests.factories import factory_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(staff, guanli, haokun):
    """Names that an address leads to, in the address's order."""
    Organization.objects.filter(pk=guanli.pk).update(
        pinyin="guan li ji tuan", initials="gljt", member_count=7, checked_on="2026-03-05"
    )
    Organization.objects.filter(pk=haokun.pk).update(
        pinyin="shan xi hao kun", initials="sxhkfljt", is_scaled=True, registration="moved"
    )

    def find(query):
        asked = ask.read(SAMPLE, QueryDict(query), staff)
        return [row.name for row in asked.ordered(asked.rows())]

    return find


GUANLI, HAOKUN = "冠力集团", "山西昊坤法兰集团有限公司"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", [GUANLI, HAOKUN]),
        ("sort=-name", [HAOKUN, GUANLI]),
        ("sort=-checked_on", [GUANLI, HAOKUN]),  # empty values last
        ("sort=member_count", [HAOKUN, GUANLI]),
        ("q=冠力", [GUANLI]),
        ("q=gljt", [GUANLI]),
        ("q=GLJT", [GUANLI]),
        ("q=ｇｌ", [GUANLI]),
        ("q=集团 昊坤", [HAOKUN]),
        ("q=集团 没有", []),
        ("q=昊坤集团", [HAOKUN]),
        ("q=%25", []),
        ("is_scaled=1", [HAOKUN]),
        ("is_scaled=0", [GUANLI]),
        ("registration=moved", [HAOKUN]),
        ("registration=moved&registration=active", [GUANLI, HAOKUN]),
        ("checked_on_from=2026-03-05&checked_on_to=2026-03-05", [GUANLI]),
        ("checked_on_from=2026-03-06", []),
        ("checked_on_to=2026-03-04", []),
        ("is=members", [GUANLI]),
        ("is=members&is_scaled=1", []),
    ],
)
def test_an_address_leads_to_rows(found, query, names):
    assert found(query) == names


def test_dates_of_moments_are_days_in_the_county(found, guanli):
    Organization.objects.filter(pk=guanli.pk).update(created="2026-03-05T17:00:00Z")  # one o'clock on the 6th

    assert found("created_from=2026-03-06&created_to=2026-03-06") == [GUANLI]
    assert found("created_from=2026-03-05&created_to=2026-03-05") == []


@pytest.mark.parametrize(
    ("query", "nonsense"),
    [
        ("page=abc", ("页码：abc",)),
        ("page=0", ("页码：0",)),
        ("sort=xyz", ("排序：xyz",)),
        ("sort=--name", ("排序：--name",)),
        ("is=never", ("条件：never",)),
        ("division=abc", ("乡镇：abc",)),
        ("is_scaled=2", ("规模：2",)),
        ("checked_on_from=2026-02-30", ("核对日期：2026-02-30",)),
        ("checked_on_from=0001-01-01", ("核对日期：0001-01-01",)),
        ("checked_by=99", ("核对人：99",)),
        ("checked_by=drop", ("核对人：drop",)),
        ("unknown=1", ()),
    ],
)
def test_nonsense_is_named_and_left_out(staff, found, query, nonsense):
    asked = ask.read(SAMPLE, QueryDict(query), staff)

    assert asked.nonsense == nonsense
    assert found(query) == [GUANLI, HAOKUN]


def test_search_words_are_cut_and_cleaned(staff):
    asked = ask.read(SAMPLE, QueryDict("q=" + "甲%00%0A乙 " + "丙" * 100), staff)

    assert asked.q == "甲 乙 " + "丙" * 56


def test_a_person_is_reached_by_a_link_and_named(staff, found, guanli):
    Organization.objects.filter(pk=guanli.pk).update(checked_by=staff)
    asked = ask.read(SAMPLE, QueryDict(f"checked_by={staff.pk}"), staff)

    assert found(f"checked_by={staff.pk}") == [GUANLI]
    assert asked.choices["checked_by"] == {str(staff.pk): "王晓岚"}


def test_related_rows_come_in_the_same_query(staff, guanli, haokun, django_assert_num_queries):
    asked = ask.read(SAMPLE, QueryDict(), staff)
    rows = ask.with_relations(
        SAMPLE, asked.rows(), [SAMPLE.column("division"), SAMPLE.column("contact_name")]
    )
    list(staff.acting)

    with django_assert_num_queries(1):
        assert {row.division.name for row in rows} == {guanli.division.name, haokun.division.name}


def test_a_row_found_over_many_relations_comes_once(staff):
    branch = factory_for(Organization.branches.rel.related_model)(
        hosts=[factory_for(Organization)(name="甲锻造厂"), factory_for(Organization)(name="乙锻造厂")]
    )
    rows = type(branch).objects.all()
    facet = Facet("host_rows__organization", "企业")
    both = tuple(str(row.pk) for row in branch.hosts.all())

    assert list(facet.narrow(rows, both)) == [branch]
