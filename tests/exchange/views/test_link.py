import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.models import Need, NeedLink

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


@pytest.fixture
def second(opened, guanli, clerk):
    return actions.post_need(guanli, by=clerk, detail="找热处理专家，模具寿命短", category="KJ")


def test_a_duplicate_is_chosen_by_its_number_and_both_pages_say_so(client, opened, second, staff, clerk):
    client.force_login(staff)
    form = text(client.get(f"/needs/{second.pk}/close/"))
    assert ('data-when="outcome=duplicate"' in form, f'data-value="{opened.number}"' in form) == (True, True)

    done = client.post(
        f"/needs/{second.pk}/close/",
        {"outcome": "duplicate", "other": opened.number.lower(), "note": "同一件事"},
    )

    assert (done.status_code, NeedLink.objects.get().kind) == (303, "duplicate")
    client.force_login(clerk)
    assert f'重复于 <a href="/needs/{opened.pk}/">' in text(client.get(f"/needs/{second.pk}/"))
    assert f'有人重复提出 <a href="/needs/{second.pk}/">' in text(client.get(f"/needs/{opened.pk}/"))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("", "请写重复的是哪一项（需求编号）"),
        ("XQ20269999", "没有编号是“XQ20269999”的需求，请核对"),
        ("同一件事", "没有编号是“同一件事”的需求，请核对"),
        ("{own}", "不能写这一项自己的编号"),
    ],
)
def test_a_number_that_is_none_comes_back_with_what_was_typed(client, second, staff, other, said):
    client.force_login(staff)
    typed = other.format(own=second.number)

    answer = client.post(
        f"/needs/{second.pk}/close/", {"outcome": "duplicate", "other": typed, "note": "同一件事"}
    )

    second.refresh_from_db()
    assert (answer.status_code, second.state) == (422, "submitted")
    assert (said in text(answer), f'value="{typed}"' in text(answer) or not typed) == (True, True)


def test_another_outcome_asks_for_no_number(client, second, staff):
    client.force_login(staff)

    done = client.post(
        f"/needs/{second.pk}/close/", {"outcome": "explained", "other": "乱写的", "note": "没有条件"}
    )

    assert (done.status_code, NeedLink.objects.count()) == (303, 0)


def test_needs_are_related_and_taken_apart_on_their_pages(client, opened, second, clerk, handler):
    client.force_login(clerk)
    assert "关联另一项" in text(client.get(f"/needs/{opened.pk}/"))
    assert client.post(f"/needs/{opened.pk}/relate/", {"other": second.number}).status_code == 303
    row = NeedLink.objects.get()
    twice = client.post(f"/needs/{opened.pk}/relate/", {"other": second.number})
    assert (twice.status_code, f"和 {second.number} 已经关联了" in text(twice)) == (422, True)

    client.force_login(handler)
    assert "相关需求" not in text(client.get(f"/needs/{opened.pk}/"))  # the other end is not for units
    assert client.get(f"/links/{row.pk}/remove/").status_code == 404

    client.force_login(clerk)
    assert "取消这个关联？" in text(client.get(f"/links/{row.pk}/remove/"))
    assert client.post(f"/links/{row.pk}/remove/").status_code == 303
    assert NeedLink.objects.count() == 0


def test_who_reads_both_ends_may_still_not_take_them_apart(client, opened, second, staff, handler):
    actions.accept_need(second, by=staff)
    row = actions.relate_needs(opened, by=staff, other=second)
    client.force_login(handler)

    assert client.post(f"/links/{row.pk}/remove/").status_code == 403


def test_relating_nothing_is_refused(client, opened, clerk):
    client.force_login(clerk)

    answer = client.post(f"/needs/{opened.pk}/relate/", {"other": " "})

    assert (answer.status_code, "请写要关联的需求编号" in text(answer)) == (422, True)


def test_the_form_to_split_holds_what_is_known(client, opened, clerk, staff):
    client.force_login(clerk)
    form = text(client.get(f"/needs/{opened.pk}/split/"))
    assert (form.count("模具寿命短，想找热处理专家</textarea>"), 'value="KJ" selected' in form) == (2, True)
    same = client.post(
        f"/needs/{opened.pk}/split/",
        {"detail": opened.detail, "rest": opened.detail, "category": "KJ", "measure": "次", "left": "1"},
    )
    assert (same.status_code, "和原来的一样；请只留分出来的那件事" in text(same)) == (422, True)

    done = client.post(
        f"/needs/{opened.pk}/split/",
        {
            "detail": "想找热处理专家",
            "rest": "模具寿命短",
            "category": "KJ",
            "quantity": "２",
            "measure": "次",
            "left": "1",
        },
    )

    child = Need.objects.get(title="想找热处理专家")
    opened.refresh_from_db()
    assert (done.status_code, opened.title, child.items.get().requested) == (303, "模具寿命短", 2)
    page = text(client.get(f"/needs/{opened.pk}/"))
    assert (f'分出去的 <a href="/needs/{child.pk}/">' in page, "分出一项，另立一项需求" in page) == (
        True,
        True,
    )


def test_a_line_is_split_off_without_typing(client, guanli, clerk):
    items = [{"text": "焊工", "quantity": 3, "measure": "人"}, {"text": "设备检测", "measure": "次"}]
    need = actions.post_need(guanli, by=clerk, detail="要焊工和检测", category="RC", items=items)
    client.force_login(clerk)
    form = text(client.get(f"/needs/{need.pk}/split/"))
    assert ("焊工（3 人）" in form, 'name="rest"' in form) == (True, False)

    done = client.post(
        f"/needs/{need.pk}/split/", {"item": need.items.get(position=2).pk, "detail": "", "category": "JC"}
    )

    assert (done.status_code, Need.objects.get(title="设备检测").category) == (303, "JC")


def test_what_is_over_is_not_split(client, opened, clerk):
    actions.withdraw_need(opened, by=clerk, note="不用了")
    client.force_login(clerk)

    page = text(client.get(f"/needs/{opened.pk}/split/"))

    assert ("现在是“已办结”，不能分出一条。" in page, "分出一条</a>" in page) == (True, False)


@pytest.mark.parametrize("name", ["handler", "instructor", "auditor", "stranger"])
def test_who_may_not_relate_or_split(client, request, opened, name):
    client.force_login(request.getfixturevalue(name))

    answers = [client.post(f"/needs/{opened.pk}/{act}/", {}).status_code for act in ("relate", "split")]

    assert answers == [403, 403]
