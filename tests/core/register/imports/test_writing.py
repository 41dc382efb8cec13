import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from shuanglian.core import actions
from shuanglian.core.audit import history
from shuanglian.core.models import ImportRow
from shuanglian.core.register.imports.writing import NotWrittenError, StaleError, write
from shuanglian.directory.models import Organization
from tests.codes import synthetic_uscc
from tests.core.register.sample import SAMPLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(staff, guanli, town):
    """One new row, one changed, one that its action refuses, one that is wrong, one that stands there twice."""
    book = Workbook()
    for row in (
        ["组织名称", "统一社会信用代码", "组织类别", "所属乡镇", "党员数(合计)"],
        ["新锻造厂", synthetic_uscc(77), "私营企业", town.name, 3],
        ["冠力集团", guanli.uscc, None, None, 5],
        ["冠力传销", synthetic_uscc(78), "私营企业", town.name, 5],
        ["没有乡镇", synthetic_uscc(79), "私营企业", None, 5],
        ["新锻造厂", synthetic_uscc(77), "私营企业", town.name, 3],
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return actions.open_import(SAMPLE, SimpleUploadedFile("a.xlsx", out.getvalue()), by=staff)


def written(batch, by):
    told = []
    outcome = write(batch, SAMPLE, by=by, report=lambda done, total: told.append((done, total)))
    assert told == [(5, 5)]
    return outcome


def test_valid_rows_are_written_with_their_history_and_others_named(batch, staff, guanli):
    assert batch.counts == {"new": 2, "changed": 1, "same": 0, "twice": 1, "wrong": 1}
    outcome = written(batch, staff)

    guanli.refresh_from_db()
    new = Organization.objects.get(name="新锻造厂")
    assert outcome.written == [(2, "new", new.pk), (3, "changed", guanli.pk)]
    assert outcome.refused == {4: "这个名称不能用"}
    assert (new.member_count, new.is_scaled, new.note) == (3, False, "")
    assert (guanli.member_count, guanli.kind, guanli.contact_name) == (5, "private_enterprise", "周建国")
    assert [entry.verb for entry in history(new)] == ["create"]
    assert [entry.changes for entry in history(guanli)] == [{"member_count": [0, 5]}]


def test_all_or_nothing_stops_at_a_row_that_its_action_refuses(batch, staff):
    batch.only_valid = False
    with pytest.raises(NotWrittenError) as refused:
        written(batch, staff)

    assert refused.value.wrong == {4: "这个名称不能用"}


@pytest.mark.parametrize(
    "facts",
    [{"member_count": 5}, {"member_count": 4}, {"uscc": ""}],
    ids=["same by now", "other", "new by now"],
)
def test_a_row_that_is_no_longer_what_was_shown_stops_everything(batch, staff, guanli, facts):
    Organization.objects.filter(pk=guanli.pk).update(**facts)
    with pytest.raises(StaleError):
        written(batch, staff)


def test_rows_written_without_permission_by_now_are_no_longer_what_was_shown(batch, clerk):
    with pytest.raises(StaleError):
        written(batch, clerk)


def test_what_was_written_and_what_was_not_is_kept(batch, staff, guanli):
    actions.confirm_import(batch, SAMPLE, seen=batch.counts, only_valid=True, by=staff)

    rows = list(ImportRow.objects.values_list("number", "kind", "object_id", "cells", "wrong"))
    new = Organization.objects.get(name="新锻造厂")
    assert rows[:2] == [(2, "new", new.pk, [], {}), (3, "changed", guanli.pk, [], {})]
    assert [(number, kind, key, wrong) for number, kind, key, _, wrong in rows[2:]] == [
        (4, "wrong", None, {"": ["这个名称不能用", ""]}),
        (5, "wrong", None, {"division": ["所属乡镇没有填", ""]}),
        (6, "twice", None, {}),
    ]
