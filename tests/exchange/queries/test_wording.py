import pytest
from django.db import connection
from django.db.models import Q

from shuanglian.exchange.models import Need
from shuanglian.exchange.queries.wording import said
from tests.factories.exchange import NeedFactory

pytestmark = pytest.mark.django_db

TEXTS = [
    ("模具开裂", "我厂模具开裂，已经影响生产"),
    ("开模具", "想请专家看看 H13 模具钢"),
    ("具模", "Wire EDM 断丝"),
    ("法兰", "DN50 法兰、模 具分开放"),
    ("50% 折扣", "下划线_和反斜线\\都要能找"),
    ("，。", "ＡＢ全角"),
]
WORDS = [
    "模具",
    "模",
    "具模",
    "模具钢",
    "h13",
    "H13 模具",
    "edm",
    "DN50",
    "50%",
    "_",
    "\\",
    "％",
    "模具 专家",
    "没有的",
    "ａｂ",
    "钢 ",
]


def slow(q):
    """The same question without an index."""
    found = Q()
    for word in q.split():
        found &= (
            Q(title__icontains=word)
            | Q(detail__icontains=word)
            | Q(number__istartswith=word)
            | Q(organization__name__icontains=word)
            | Q(organization__short_name__icontains=word)
            | Q(organization__initials__startswith=word.lower())
        )
    return found


@pytest.fixture
def needs(monday, guanli, haokun):
    return [
        NeedFactory(title=title, detail=detail, organization=(guanli, haokun)[nth % 2])
        for nth, (title, detail) in enumerate(TEXTS)
    ]


@pytest.mark.parametrize("q", WORDS)
def test_what_the_index_finds_is_what_occurs(needs, q):
    found = set(Need.objects.filter(said(q)).values_list("pk", flat=True))
    assert found == set(Need.objects.filter(slow(q)).values_list("pk", flat=True))


def test_organisations_are_found_by_name_and_initials_and_needs_by_number(needs, guanli):
    own = {need.pk for need in needs[::2]}
    type(guanli).objects.filter(pk=guanli.pk).update(initials="gljt")
    for q in (guanli.name, guanli.name[:2], "GLJT", "glj"):
        assert set(Need.objects.filter(said(q)).values_list("pk", flat=True)) == own
        assert set(Need.objects.filter(slow(q)).values_list("pk", flat=True)) == own
    number = needs[3].number
    assert Need.objects.get(said(number.lower())) == needs[3]
    assert Need.objects.filter(said(number[1:])).count() == 0
    assert Need.objects.get(said(str(int(number[6:])))) == needs[3]
    assert Need.objects.filter(said(number[5:] + "0")).count() == 0


def test_words_and_numbers_have_their_indexes(needs):
    """With sequential reading forbidden the planner must find an index for every part of the question."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Need.objects.filter(said("XQ2026 模具")).order_by().explain()
    assert "need_said" in plan
    assert "Seq Scan" not in plan


def test_pairs_of_characters(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT exchange_pairs('模具AB', '裂'), exchange_pairs('', '')")
        assert cursor.fetchone() == (sorted(["模具", "具a", "ab", "b ", " 裂"]), [])
