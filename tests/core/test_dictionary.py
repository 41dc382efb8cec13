import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from shuanglian.core import dictionary
from shuanglian.core.models import Term

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 9)


def test_fifteen_categories_in_their_order():
    assert list(dictionary.names("need_category").values())[:3] == ["政策资金", "人才用工", "技能培训"]
    assert len(dictionary.names("need_category")) == 15


def test_an_ended_word_is_shown_but_not_offered():
    Term.objects.filter(dictionary="need_category", code="ZC").update(valid_to=dt.date(2026, 1, 1))

    assert dictionary.names("need_category")["ZC"] == "政策资金"
    assert "ZC" not in dict(dictionary.choices("need_category", TODAY))
    with pytest.raises(ValidationError, match="没有“ZC”这一项"):
        dictionary.check("need_category", "ZC", "category", TODAY)


def test_a_dictionary_is_read_once(django_assert_num_queries):
    dictionary.names("measure")
    with django_assert_num_queries(0):
        dictionary.names("measure")
    dictionary.forget("measure")
    with django_assert_num_queries(1):
        dictionary.names("measure")


def test_six_haves_honours_and_the_office_are_words():
    assert list(dictionary.names("six_have").values()) == [
        "有场所",
        "有设施",
        "有标志",
        "有党旗",
        "有书报",
        "有制度",
    ]
    assert dictionary.names("honor")["excellent_owner"] == "优秀出资人"


def test_a_paper_of_another_day_keeps_the_name_of_that_day():
    old = dictionary.office()
    dated = [["", old, ""], ["2026-03-01", "县委社会工作部", ""]]
    Term.objects.filter(dictionary="office").update(name="县委社会工作部", wordings=dated)

    assert (dictionary.office(dt.date(2026, 2, 28)), dictionary.office(TODAY)) == (old, "县委社会工作部")


def test_the_office_is_called_what_the_dictionary_says(settings):
    assert dictionary.office() == settings.SHUANGLIAN_OFFICE
    Term.objects.filter(dictionary="office").update(name="县委社会工作部")
    dictionary.forget("office")
    assert dictionary.office() == "县委社会工作部"
    Term.objects.filter(dictionary="office").delete()
    dictionary.forget("office")
    assert dictionary.office() == settings.SHUANGLIAN_OFFICE
