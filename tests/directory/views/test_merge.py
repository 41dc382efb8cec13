import pytest

from shuanglian.directory.choices import Registration
from shuanglian.directory.queries import attached_to
from shuanglian.directory.views.merge import Side, usual_survivor
from tests.factories.directory import OrganizationFactory
from tests.factories.exchange import NeedFactory


@pytest.fixture
def twin(town):
    return OrganizationFactory(
        name="定襄县冠力集团有限公司",
        uscc="",
        address="蒋村镇工业园",
        pinyin="guan li ji tuan",
        division=town,
    )


@pytest.fixture
def page(client, staff, guanli, twin):
    client.force_login(staff)
    return f"/organizations/{twin.pk}/merge/{guanli.pk}/"


def checked(text, name, row):
    return f'name="{name}" value="{row.pk}" id="{name}-{row.pk}" checked' in text


def test_both_side_by_side_with_what_is_proposed(client, page, guanli, twin):
    NeedFactory(organization=twin)
    text = client.get(page).text
    assert [text.count(t) for t in ("需求 1 条", "还没有内容", "蒋村镇工业园")] == [1, 1, 1]
    assert checked(text, "keep", guanli)  # it has a code
    assert checked(text, "f-name", guanli)
    assert checked(text, "f-address", twin)  # the other knows it


def test_what_was_chosen_is_taken(client, page, guanli, twin):
    chosen = {"keep": twin.pk, "f-name": guanli.pk, "f-uscc": guanli.pk, "f-address": guanli.pk}
    answer = client.post(page, chosen)
    twin.refresh_from_db()
    guanli.refresh_from_db()
    assert answer.url == f"/organizations/{twin.pk}/"
    assert (twin.name, twin.uscc, twin.address) == ("冠力集团", guanli.uscc, "")
    assert (guanli.registration, guanli.merged_into) == (Registration.MERGED, twin)


def test_pressing_twice_does_no_harm(client, page, guanli, twin):
    client.post(page, {"keep": guanli.pk})
    again = client.post(page, {"keep": guanli.pk})
    assert again.status_code == 404


def test_a_refusal_comes_back_with_what_was_chosen(client, page, guanli, twin):
    type(twin).objects.filter(pk=twin.pk).update(contact_phone="12")
    answer = client.post(page, {"keep": guanli.pk, "f-contact_name": twin.pk})
    assert (answer.status_code, answer.text.count("电话写 11 位手机号")) == (422, 1)
    assert checked(answer.text, "f-contact_name", twin)


def test_one_row_is_not_compared_with_itself(client, page, guanli):
    assert client.get(f"/organizations/{guanli.pk}/merge/{guanli.pk}/").url == f"/organizations/{guanli.pk}/"


def test_nonsense_chooses_nothing(client, page, guanli, twin):
    client.post(page, {"keep": "x", "f-name": "999999"})
    guanli.refresh_from_db()
    assert (guanli.name, guanli.merged_into) == ("冠力集团", None)


def test_without_codes_the_one_with_more_on_it_stays_then_the_older(db):
    first, second = OrganizationFactory.create_batch(2, uscc="")
    sides = [Side(row, attached_to(row)) for row in (second, first)]
    assert usual_survivor(sides) == first
    NeedFactory(organization=second)
    assert usual_survivor([Side(row, attached_to(row)) for row in (second, first)]) == second
