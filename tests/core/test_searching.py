import pytest
from django.db import connection
from django.db.models import Q

from shuanglian.core import searching
from shuanglian.core.searching import may_hold, pieces_of
from shuanglian.directory.models import Organization, PartnerUnit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("冠力法兰", ["冠力", "力法", "法兰"]),
        ("DN50法兰", ["dn5", "n50", "0法", "法兰"]),
        ("91140921", ["911", "114", "140", "409", "092", "921"]),
        ("AB", []),
        ("abcdefghijk", ["abc", "bcd", "cde", "def", "efg", "fgh", "ghi", "hij", "ijk"]),
        ("厂", []),
        ("", []),
    ],
)
def test_pieces_are_what_stands_next_to_each_other(text, pieces):
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_pieces(%s)", [text])
        assert cursor.fetchone() == (pieces,)


def test_a_model_says_of_which_fields_it_has_pieces():
    assert pieces_of(Organization) == ("name", "short_name", "uscc", "initials")
    assert pieces_of(PartnerUnit) == ()


@pytest.mark.parametrize("word", ["A", "AB", "厂"])
def test_words_too_short_narrow_nothing(word):
    assert may_hold(Organization.objects.all(), word) == Q()


def test_without_an_index_nothing_is_narrowed():
    assert may_hold(PartnerUnit.objects.all(), "科技局") == Q()


def test_a_word_nearly_everywhere_is_met_soon_enough_by_reading(guanli, monkeypatch):
    assert may_hold(Organization.objects.all(), "冠力") != Q()
    monkeypatch.setattr(searching, "COMMON", 0)
    assert may_hold(Organization.objects.all(), "冠力") == Q()


@pytest.mark.parametrize(
    "word", ["冠力", "法兰dn50", "DN5", "91140921", "0000077X", "GLJT", "兰D", "ＤＮ", "定襄冠力法兰DN50厂"]
)
def test_whatever_occurs_may_be_held(guanli, word):
    texts = {
        "name": "定襄冠力法兰DN50厂",
        "short_name": "ＤＮ法兰",
        "uscc": "91140921000000077X",
        "initials": "gljt",
    }
    Organization.objects.filter(pk=guanli.pk).update(**texts)
    rows = Organization.objects.all()

    assert list(rows.filter(may_hold(rows, word))) == [guanli]


def test_what_has_not_all_pieces_is_left_out(guanli, haokun):
    rows = Organization.objects.all()
    Organization.objects.filter(pk=guanli.pk).update(name="冠力法兰", short_name="", uscc="", initials="glfl")

    assert list(rows.filter(may_hold(rows, "冠力厂"))) == []
    assert list(rows.filter(may_hold(rows, "冠力厂", "冠力法"))) == [guanli]
