import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.choices import NeedState
from shuanglian.exchange.models import Closure, Commitment, Need, Reopening, ReplyTemplate

pytestmark = pytest.mark.django_db
COUNTY = "140921"


def text(answer):
    return answer.content.decode()


@pytest.fixture
def explained(opened, staff):
    return actions.close_need(opened, by=staff, outcome="explained", note="县里没有这类专家")


# ---- closing honestly ----


def test_each_outcome_is_explained(client, opened, staff):
    client.force_login(staff)

    page = text(client.get(f"/needs/{opened.pk}/close/"))

    assert [
        words in page
        for words in (
            "部分解决：办成了一部分，其余不再办",
            "暂不能办（已说明）：现在没有条件办，理由说清楚；企业可以提一次异议",
            "转其他渠道办理：已经交给别的部门或渠道，写明交给谁；企业可以提一次异议",
            "重复提出：同一件事已经有一项在办，写明编号",
        )
    ] == [True, True, True, True]


def test_an_early_end_is_told_as_one(client, promise, staff, clerk):
    client.force_login(staff)
    client.post(f"/needs/{promise.need_id}/close/", {"outcome": "explained", "note": "企业搬走了"})

    client.force_login(clerk)
    page = text(client.get(f"/needs/{promise.need_id}/"))

    assert (
        "提前结束（县科技局还在办）：暂不能办（已说明）" in page,
        "县科技局的认领随之结束" in page,
        "县科技局撤回认领" in page,
    ) == (True, True, False)


def test_silence_is_never_shown_as_solved(client, delivery, system, clerk, staff):
    actions.confirm_delivery(delivery, by=system, verdict="solved", confirmer="silence")
    need = delivery.commitment.need
    assert Closure.objects.get().ending == "silence"
    client.force_login(clerk)
    pages = [
        text(client.get(address)) for address in (f"/needs/{need.pk}/", "/needs/?state=closed", "/mine/")
    ]
    client.force_login(staff)
    pages.append(text(client.get("/ledger-needs/")))

    assert [("已办结（逾期未确认）" in page, "已解决" in page) for page in pages] == [(True, False)] * 4


# ---- contesting ----


def test_not_feasible_is_contested_once(client, explained, clerk, staff):
    client.force_login(clerk)
    page = text(client.get(f"/needs/{explained.pk}/"))
    assert (page.count(">提出异议</a>"), ">重新办理</a>" in page) == (1, False)
    assert page.index('<h2>暂不能办（已说明）</h2><p class="mb-1">') < page.index("办理进度")

    done = client.post(f"/needs/{explained.pk}/contest/", {"note": "邻县今年办成了"})

    explained.refresh_from_db()
    assert (done.status_code, explained.state, Reopening.objects.get().contests) == (
        303,
        NeedState.OPEN,
        True,
    )
    assert "提出单位有异议，重新办理，再次公布" in text(client.get(f"/needs/{explained.pk}/"))

    actions.close_need(explained, by=staff, outcome="explained", note="问过邻县，条件不同")
    page = text(client.get(f"/needs/{explained.pk}/"))
    sentence = "已经提过一次异议，工委也答复了。还有新情况，请另提一项需求。"
    assert (sentence in page, "提出异议</a>" in page) == (True, False)
    for act in ("contest", "reopen"):
        again = client.post(f"/needs/{explained.pk}/{act}/", {"note": "还是不同意"})
        assert (again.status_code, sentence in text(again)) == (422, True)


def test_contesting_needs_a_reason(client, explained, clerk):
    client.force_login(clerk)

    answer = client.post(f"/needs/{explained.pk}/contest/", {"note": ""})

    assert (answer.status_code, "请写明为什么不同意" in text(answer)) == (422, True)


def test_only_such_an_answer_is_contested(client, opened, clerk):
    actions.withdraw_need(opened, by=clerk, note="自己找到了")
    client.force_login(clerk)

    page = text(client.get(f"/needs/{opened.pk}/contest/"))

    assert "只有工委答复“暂不能办”或“转其他渠道办理”的，才能提异议。" in page
    assert ">重新办理</a>" in text(client.get(f"/needs/{opened.pk}/"))


@pytest.mark.parametrize("name", ["staff", "handler", "other_clerk", "instructor"])
def test_who_may_not_contest(client, request, explained, name):
    client.force_login(request.getfixturevalue(name))

    assert client.post(f"/needs/{explained.pk}/contest/", {"note": "x"}).status_code == 403


# ---- more than was asked ----


def test_only_the_approver_may_promise_more_than_was_asked(client, promise, approver, staff, rsj, handler):
    need = promise.need
    client.force_login(staff)
    assert "over_commit" not in text(client.get(f"/needs/{need.pk}/claim/"))
    client.force_login(approver)
    assert "经批准，可以超过需求的数量" in text(client.get(f"/needs/{need.pk}/claim/"))
    terms = {"unit": rsj.pk, "quantity": "1", "due": "2026-03-30"}

    without = client.post(f"/needs/{need.pk}/claim/", terms)
    done = client.post(f"/needs/{need.pk}/claim/", {**terms, "over_commit": "on"})

    assert (without.status_code, done.status_code) == (422, 303)
    assert list(Commitment.objects.order_by("pk").values_list("over_commit", flat=True)) == [False, True]


# ---- ready-made replies ----


@pytest.fixture
def replies(db):
    for occasion, category, title in (
        ("return", "", "写明人数"),
        ("return", "KJ", "写明设备"),
        ("return", "RC", "写明工种"),
        ("close", "", "没有条件"),
        ("message", "", "已收到"),
    ):
        ReplyTemplate.objects.create(
            county=COUNTY, occasion=occasion, category=category, title=title, body=f"请{title}。"
        )


def test_replies_stand_ready_for_the_occasion(client, submitted, replies, staff):
    client.force_login(staff)

    page = text(client.get(f"/needs/{submitted.pk}/return/"))

    assert [
        f'data-value="请{t}。"' in page for t in ("写明人数", "写明设备", "写明工种", "没有条件", "已收到")
    ] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert 'data-fill="#returnform_note"' in page
    assert 'data-value="请已收到。"' in text(client.get(f"/needs/{submitted.pk}/"))


def test_organisations_get_no_ready_made_replies(client, submitted, replies, clerk):
    client.force_login(clerk)

    assert "data-fill" not in text(client.get(f"/needs/{submitted.pk}/"))


def test_who_typed_and_whose_word_it_is(client, monday, guanli, staff, clerk):
    need = actions.post_need(
        guanli, by=staff, detail="想找热处理专家", category="KJ", source="hotline", contact_name="周建国"
    )
    client.force_login(clerk)
    page = text(client.get(f"/needs/{need.pk}/"))
    assert "王晓岚录入，周建国提出" in page

    actions.accept_need(need, by=staff)
    client.logout()
    assert [name in text(client.get(f"/needs/{need.pk}/")) for name in ("王晓岚", "周建国")] == [False, False]
    assert Need.objects.get().state == NeedState.OPEN
