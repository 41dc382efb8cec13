from shuanglian.accounts.models import User
from shuanglian.exchange.queries import counting
from shuanglian.exchange.queries.counting import Few, counted, counted_each, figure


def test_nobody_counts_further_than_is_read(staff, approver, handler, clerk):
    people = User.objects.order_by("name")

    assert (counted(people, 2), counted(people.filter(name="王晓岚")), counted(people.none())) == (3, 1, 0)


def test_each_value_is_counted_with_those_nobody_has(staff, approver, handler, monkeypatch):
    people = User.objects.filter(name__contains="立")

    assert counted_each(people, "name", ["赵立新", "王晓岚"]) == {"赵立新": 1, "王晓岚": 0}
    assert counted_each(people, "pk", [handler.pk, 0]) == {handler.pk: 1, 0: 0}

    monkeypatch.setattr(counting, "MOST_OF_CHOICE", 1)
    for one_plan in (False, True):
        found = counted_each(User.objects.all(), "county", ["140921", "140922"], one_plan=one_plan)
        assert found == {"140921": 2, "140922": 0}


def test_values_planned_for_at_once_are_counted_the_same(staff, approver, handler):
    people = User.objects.filter(name__contains="立")

    assert counted_each(people, "name", ["赵立新", "王晓岚"], one_plan=True) == {"赵立新": 1, "王晓岚": 0}
    assert counted_each(people, "pk", [handler.pk, 0], one_plan=True) == {handler.pk: 1, 0: 0}
    assert counted_each(people, "pk", [handler.pk, 0], 5, one_plan=True) == {handler.pk: 1, 0: 0}


def test_without_values_nothing_is_counted(staff, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert counted_each(User.objects.all(), "name", []) == {}


def test_what_cannot_be_is_not_asked(staff, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert counted_each(User.objects.filter(pk__in=[]), "name", ["王晓岚"]) == {"王晓岚": 0}


def test_a_figure_says_when_it_stopped():
    assert (figure(0), figure(99), figure(100), figure(1001, 1000)) == ("0", "99", "99+", "1000+")


def test_few_rows_are_read_once_and_counted_as_often_as_asked(
    staff, approver, handler, django_assert_num_queries
):
    people = User.objects.order_by("name")
    with django_assert_num_queries(1):
        few = Few.of(people, ("county", "is_active"), 3)
        assert len(few) == 3
        assert few.count("county") == {"140921": 3}
        assert few.count("is_active") == {True: 3}
    none = Few.of(people.filter(name="没有"), ("county", "is_active"))
    assert (len(none), none.count("county")) == (0, {})


def test_many_rows_are_not_read(staff, approver, handler, monkeypatch):
    people = User.objects.all()
    assert Few.of(people, ("county",), 2) is None
    monkeypatch.setattr(counting, "MOST", 2)
    assert Few.of(people, ("county",)) is None
