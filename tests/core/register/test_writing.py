import pytest

from shuanglian.core.audit import history
from shuanglian.core.register.plan import prepare
from shuanglian.core.register.writing import NotWrittenError, write
from shuanglian.directory.models import Organization
from tests.codes import synthetic_uscc
from tests.core.register.sample import SAMPLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(staff, guanli, town):
    """One new row, one changed, one the same, one that its action refuses, one that is wrong."""
    heads = ["组织名称", "统一社会信用代码", "组织类别", "所属乡镇", "党员数(合计)"]
    rows = [
        ["新锻造厂", synthetic_uscc(77), "私营企业", town.name, 3],
        ["冠力集团", guanli.uscc, None, None, 5],
        ["冠力传销", synthetic_uscc(78), "私营企业", town.name, 5],
        ["没有乡镇", synthetic_uscc(79), "私营企业", None, 5],
    ]
    return prepare(SAMPLE, [heads, *rows], {}, user=staff)


def test_valid_rows_are_written_with_their_history_and_others_named(plan, staff, guanli):
    counts, wrong = write(plan, by=staff, only_valid=True)

    guanli.refresh_from_db()
    new = Organization.objects.get(name="新锻造厂")
    assert counts == {"new": 1, "changed": 1, "same": 0, "wrong": 2}
    assert wrong == {"4": "这个名称不能用", "5": "所属乡镇没有填"}
    assert (new.member_count, new.is_scaled, new.note) == (3, False, "")
    assert (guanli.member_count, guanli.kind, guanli.contact_name) == (5, "private_enterprise", "周建国")
    assert [entry.verb for entry in history(new)] == ["create"]
    assert [entry.changes for entry in history(guanli)] == [{"member_count": [0, 5]}]


def test_all_or_nothing_refuses_a_plan_with_wrong_rows(plan, staff):
    with pytest.raises(NotWrittenError) as refused:
        write(plan, by=staff, only_valid=False)

    assert refused.value.wrong == {"5": "所属乡镇没有填"}
    assert Organization.objects.filter(name="新锻造厂").exists() is False


def test_a_row_without_permission_by_now_is_named(plan, clerk):
    counts, wrong = write(plan, by=clerk, only_valid=True)

    assert counts == {"new": 0, "changed": 0, "same": 0, "wrong": 4}
    assert wrong["2"] == "您不能写这一行"
