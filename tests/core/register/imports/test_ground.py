"""What was decided at the check is written as it was decided exactly as long as nothing it was decided on has changed."""

import datetime as dt
import io
import re
from dataclasses import replace

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from shuanglian.accounts.choices import Role
from shuanglian.accounts.models import RoleAssignment
from shuanglian.core import actions
from shuanglian.core.audit import history, snapshot
from shuanglian.core.clock import now
from shuanglian.core.models import ImportFile, ImportPiece, ImportRow, ImportState, Term
from shuanglian.core.register.imports import plan
from shuanglian.core.register.imports.ground import ground, tables_of
from shuanglian.core.register.sheet import write_xlsx
from shuanglian.core.register.site import site
from shuanglian.directory.models import Division, Organization
from shuanglian.directory.registers.organizations import ORGANIZATIONS
from tests.codes import synthetic_uscc
from tests.factories import factory_for
from tests.factories.directory import OrganizationFactory

pytestmark = pytest.mark.django_db
HEADS = ["组织名称", "统一社会信用代码", "组织类别", "所属乡镇", "行业代码", "联系电话", "备注"]


def rows(town):
    """New ones, plain and to be worked out; one whose code is irregular; one refused; one changed."""
    return [
        ["甲锻造厂", synthetic_uscc(71), "私营企业", town.name, "3393", "13800138001", "一"],
        [" 乙（法兰）厂", synthetic_uscc(72), "个体户", town.name, "3489", "0350-6022345", "二\n行"],
        ["丙厂", "91140921MA0X000231", "私营企业", town.name, None, None, 'a"b\\c'],
        ["丁厂", synthetic_uscc(74), "私营企业", "没有这个镇", None, None, None],
        ["冠力集团", None, None, None, None, None, "改了备注"],
    ]


@pytest.fixture
def batch(staff, guanli, town):
    book = Workbook()
    for row in [HEADS, *rows(town)]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return actions.open_import(ORGANIZATIONS, SimpleUploadedFile("a.xlsx", out.getvalue()), by=staff)


@pytest.fixture
def again(monkeypatch):
    """The kinds of the rows that were looked at again."""
    kinds = []
    lines = plan.Checker.lines

    def looked(self, sources, twins=None):
        found = lines(self, sources, twins)
        kinds.extend(line.kind for line in found)
        return found

    monkeypatch.setattr(plan.Checker, "lines", looked)
    return kinds


def confirm(batch, by):
    return actions.confirm_import(batch, ORGANIZATIONS, seen=batch.counts, only_valid=True, by=by)


def told():
    """The new rows with their history, without what must differ."""
    new = Organization.objects.exclude(name="冠力集团").order_by("name")
    lines = [[(e.verb, e.actor_id, e.note, {**e.changes, "id": None}) for e in history(row)] for row in new]
    return [{**snapshot(row), "id": None} for row in new], lines


def test_new_rows_are_written_as_they_were_decided_and_only_changed_ones_looked_at_again(
    batch, staff, guanli, again
):
    assert batch.counts == {"new": 3, "changed": 1, "same": 0, "twice": 0, "wrong": 1}
    done = confirm(batch, staff)

    assert (done.state, done.counts) == ("written", batch.counts)
    assert again == ["changed"]
    guanli.refresh_from_db()
    assert guanli.note == "改了备注"
    staged = ImportRow.objects.filter(object_id__isnull=False).order_by("number")
    keys = [Organization.objects.get(name=name).pk for name in ("甲锻造厂", "乙（法兰）厂", "丙厂")]
    assert [row.object_id for row in staged] == [*keys, guanli.pk]
    assert not ImportPiece.objects.exists()


def test_they_are_the_same_as_when_they_are_looked_at_again(batch, staff, guanli, again):
    confirm(batch, staff)
    as_decided = told()
    Organization.objects.exclude(pk=guanli.pk).delete()
    second = actions.open_import(
        ORGANIZATIONS, SimpleUploadedFile("b.xlsx", _book(guanli.division)), by=staff
    )
    second.ground = ""
    second.save()
    confirm(second, staff)

    assert sorted(again) == ["changed", *["new"] * 6, "same", "same", "wrong", "wrong"]
    assert told() == as_decided


def test_what_was_written_as_decided_is_taken_back_whole(batch, staff, guanli):
    before = snapshot(guanli)
    done = confirm(batch, staff)
    assert actions.undo_import(done, ORGANIZATIONS, by=staff) == []

    done.refresh_from_db()
    guanli.refresh_from_db()
    assert (done.state, list(Organization.objects.all()), snapshot(guanli)) == ("undone", [guanli], before)


def test_writing_that_is_given_up_leaves_what_was_decided(batch, staff, guanli):
    batch.state = "waiting"
    batch.save()
    ImportFile.objects.filter(batch=batch).update(stopped=True)
    stopped = actions.write_import(batch, ORGANIZATIONS, by=staff)

    assert (stopped.state, list(Organization.objects.all())) == ("open", [guanli])
    assert confirm(stopped, staff).state == "written"
    assert Organization.objects.count() == 4


def _book(town):
    book = Workbook()
    for row in [HEADS, *rows(town)]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_colleague_adds_the_code(staff, town):
    OrganizationFactory(name="别人录入的", uscc=synthetic_uscc(71), division=town)


def a_colleague_adds_the_name(staff, town):
    OrganizationFactory(name="甲锻造厂", uscc="", division=town)


def the_township_is_closed(staff, town):
    Division.objects.filter(pk=town.pk).update(ended_on=dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    "change", [a_colleague_adds_the_code, a_colleague_adds_the_name, the_township_is_closed]
)
def test_what_is_no_longer_as_shown_is_shown_again(batch, staff, town, change):
    change(staff, town)
    answer = confirm(batch, staff)

    assert (answer.state, answer.problem) == ("open", "台账刚刚有变化，请再看一遍下面的结果，然后导入")
    assert answer.counts != batch.counts
    assert not Organization.objects.filter(name="丙厂").exists()


def a_term_is_renamed(staff, time_machine):
    Term.objects.filter(dictionary="industry", code="3489").update(name="别的金属制品")


def midnight_passes(staff, time_machine):
    time_machine.move_to(now() + dt.timedelta(days=1))


def another_organisation_is_corrected(staff, time_machine):
    Organization.objects.filter(name="冠力集团").update(address="新址")


def a_second_post(staff, time_machine):
    RoleAssignment.objects.create(
        county=staff.county, user=staff, role=Role.AUDITOR, scope="county", starts=dt.date(2026, 1, 1)
    )
    staff.forget_roles()


@pytest.mark.parametrize(
    "change", [a_term_is_renamed, midnight_passes, another_organisation_is_corrected, a_second_post]
)
def test_what_has_moved_without_changing_anything_shown_is_looked_at_again_and_written(
    batch, staff, again, change, time_machine
):
    before = ground(ORGANIZATIONS, staff)
    change(staff, time_machine)
    assert ground(ORGANIZATIONS, staff) != before
    done = confirm(batch, staff)

    assert (done.state, done.counts) == ("written", batch.counts)
    assert sorted(again) == ["changed", "new", "new", "new", "wrong"]
    assert Organization.objects.filter(name="丙厂").exists()


def test_a_right_that_was_taken_away_meanwhile_counts(batch, staff):
    RoleAssignment.objects.filter(user=staff).delete()
    batch.state = "waiting"
    batch.save()
    user = type(staff).objects.get(pk=staff.pk)

    with pytest.raises(actions.imports.PermissionDenied):
        actions.write_import(batch, ORGANIZATIONS, by=user)
    assert not Organization.objects.filter(name="丙厂").exists()


def test_what_its_action_would_refuse_is_wrong_in_its_column_already_in_the_preview(staff, guanli, town):
    OrganizationFactory(name="在别的镇", uscc=synthetic_uscc(90), county="140922", division=town)
    refusing = replace(
        ORGANIZATIONS,
        weigh_many=lambda facts, count, *, by: (
            ORGANIZATIONS.weigh_many(facts, count, by=by)[0],
            {0: actions.imports.ValidationError({"name": "这个名称不能用"})},
        ),
    )
    batch = actions.open_import(refusing, SimpleUploadedFile("a.xlsx", _book(town)), by=staff)

    assert batch.counts == {"new": 2, "changed": 1, "same": 0, "twice": 0, "wrong": 2}
    assert batch.rows.get(number=2).wrong == {"name": ["这个名称不能用", ""]}


def test_cells_of_written_rows_go_by_night(batch, staff, system):
    confirm(batch, staff)
    assert ImportRow.objects.filter(kind="new").exclude(cells=[]).count() == 3
    actions.forget_imports(by=system)

    assert list(ImportRow.objects.exclude(cells=[]).values_list("kind", flat=True)) == ["wrong"]


def test_what_was_decided_of_a_sheet_that_could_not_be_written_goes_after_two_days(
    batch, staff, system, time_machine
):
    batch.state = ImportState.WAITING
    batch.save()
    actions.fail_import(batch, "数据库满了", by=staff)
    actions.forget_imports(by=system)
    assert ImportPiece.objects.exists()

    time_machine.move_to(now() + dt.timedelta(days=2, minutes=1))
    actions.forget_imports(by=system)
    assert not ImportPiece.objects.exists()
    assert ImportRow.objects.exists()


WEIGHED = [register for register in site.registers if register.weigh_many is not None]
# Asked for who it is that asks, which is part of the ground itself, or about the sheet.
ASKED_ANYHOW = re.compile(r"core_import\w+|core_knownheading|django_content_type")


@pytest.mark.parametrize("register", WEIGHED, ids=lambda register: register.slug)
def test_every_table_that_a_decision_reads_is_part_of_its_ground(register, staff):
    row = factory_for(register.model)()
    row = register.rows(staff).get(pk=row.pk)
    with write_xlsx(register, [row], staff) as file:
        data = file.read()
    row.delete()
    caches["local"].clear()
    list(staff.acting)
    with CaptureQueriesContext(connection) as queries:
        batch = actions.open_import(register, SimpleUploadedFile("a.xlsx", data), by=staff)

    assert batch.counts["new"] == 1
    sql = " ".join(query["sql"] for query in queries if not query["sql"].startswith("INSERT"))
    read = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', sql))
    unknown = read - {model._meta.db_table for model in tables_of(register)}
    assert {table for table in unknown if not ASKED_ANYHOW.fullmatch(table)} == set()


def test_rows_of_tables_that_decisions_read_change_the_ground(staff, guanli):
    before = ground(ORGANIZATIONS, staff)
    assert ground(ORGANIZATIONS, staff) == before
    for model in tables_of(ORGANIZATIONS):
        with_rows = model._base_manager.order_by("pk").first()
        if with_rows is not None:
            model._base_manager.filter(pk=with_rows.pk).update(
                **{_some_field(model): getattr(with_rows, _some_field(model))}
            )
            after = ground(ORGANIZATIONS, staff)
            assert after != before, model
            before = after


def _some_field(model):
    return next(f.attname for f in model._meta.concrete_fields if not f.primary_key)
