import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shuanglian.exchange.choices import Source, Visibility
from shuanglian.exchange.forms.need import AcceptForm, CloseForm, MessageForm, PostForm
from shuanglian.exchange.models import Need
from tests.factories.directory import OrganizationFactory
from tests.people import COUNTY, give

pytestmark = pytest.mark.django_db
GIVEN = {"detail": "想招 5 名车工", "category": "RC", "measure": "人", "quantity": "5", "when": "week"}


def post_form(user, data=None, files=None, about=None):
    return PostForm(data, files, about=about or Need(county=COUNTY), user=user)


def test_enterprise_posts_for_its_only_organisation(monday, clerk, guanli):
    form = post_form(clerk, {**GIVEN, "token": str(uuid.UUID(int=7)), "contact_phone": "138 0000 0000"})

    assert form.is_valid(), form.errors
    organization, fields = form.posted()
    assert organization == guanli
    assert fields == {
        "token": uuid.UUID(int=7),
        "detail": "想招 5 名车工",
        "category": "RC",
        "quantity": Decimal(5),
        "measure": "人",
        "expected_by": dt.date(2026, 3, 16),
        "contact_phone": "13800000000",
        "visibility": Visibility.PUBLIC,
        "due": dt.date(2026, 3, 16),
        "title": "",
        "source": Source.ENTERPRISE,
        "raised_by": clerk,
        "contact_name": "周建国",
    }


def test_enterprise_with_two_organisations_chooses(monday, clerk, guanli, haokun):
    give(clerk, "owner", haokun.pk)

    assert post_form(clerk, GIVEN).errors == {"organization": ["请选提出单位"]}
    assert post_form(clerk, {**GIVEN, "organization": haokun.pk}).is_valid()
    assert post_form(clerk, {**GIVEN, "organization": OrganizationFactory().pk}).errors == {
        "organization": ["请从列出的提出单位里选一个"]
    }


def test_staff_type_for_another_and_say_where_it_came_from(monday, staff, guanli):
    form = post_form(staff, {**GIVEN, "organization": "冠力集团", "source": "hotline"})

    assert form.is_valid(), form.errors
    organization, fields = form.posted()
    assert organization == guanli
    assert {k: fields.get(k) for k in ("source", "raised_by", "contact_name", "contact_phone")} == {
        "source": "hotline",
        "raised_by": None,
        "contact_name": "周建国",
        "contact_phone": "13800000000",
    }


def test_where_it_came_from_is_said_and_not_presumed(monday, staff, instructor, guanli):
    given = {**GIVEN, "organization": "冠力集团"}
    unfinished = post_form(staff, given)
    unfinished.take_unfinished()

    assert post_form(staff, given).errors == {"source": ["请选这件事是从哪里来的"]}
    assert (unfinished.is_valid(), unfinished.posted()[1]["source"]) == (True, Source.ENTERPRISE)
    assert [post_form(user)["source"].value() for user in (staff, instructor)] == [None, Source.INSTRUCTOR]


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "请填写提出单位"),
        ("没有的厂", "没有找到“没有的厂”，请写企业全称、简称或统一社会信用代码"),
        ("集团", "名字里带“集团”的有好几家，请写全：冠力集团、山西昊坤法兰集团有限公司"),
    ],
)
def test_organisation_must_be_one(monday, staff, guanli, haokun, typed, fault):
    form = post_form(staff, {**GIVEN, "organization": typed, "source": "hotline"})

    assert form.errors == {"organization": [fault]}


@pytest.mark.parametrize("typed", ["昊坤集团", "山西昊坤", "昊坤"])
def test_organisation_is_found_by_its_names(monday, staff, guanli, haokun, typed):
    form = post_form(staff, {**GIVEN, "organization": typed, "source": "hotline"})

    assert form.is_valid(), form.errors
    assert form.posted()[0] == haokun


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"detail": " "}, {"detail": ["请写一句话，说明企业有什么难处"]}),
        ({"category": ""}, {"category": ["请选一个类别；拿不准就选最接近的"]}),
        ({"category": "XX"}, {"category": ["请从列出的类别里选一个"]}),
        ({"quantity": "0"}, {"quantity": ["数量要大于 0"]}),
        ({"quantity": "五个"}, {"quantity": ["只能填数字，例如 5"]}),
        ({"when": "own"}, {"expected_by": ["请选一个日期，或者选“一个月内”"]}),
        ({"when": "own", "expected_by": "明天"}, {"expected_by": ["日期请写成 2026-10-25 这样"]}),
        ({"when": ""}, {"when": ["请选希望什么时候办好"]}),
        (
            {"contact_phone": "123"},
            {"contact_phone": ["电话写 11 位手机号，或带区号的固定电话，例如 0350-6022345"]},
        ),
        ({"detail": "长" * 1001}, {"detail": ["最多 1000 字，现在是 1001 字"]}),
    ],
)
def test_faults_stand_at_their_fields(monday, clerk, changed, faults):
    assert post_form(clerk, {**GIVEN, **changed}).errors == faults


def test_no_quantity_means_one(monday, clerk):
    form = post_form(clerk, {**GIVEN, "quantity": "", "measure": "次"})

    assert form.is_valid()
    assert (form.posted()[1]["quantity"], form.posted()[1]["measure"]) == (1, "次")


@pytest.mark.parametrize(
    ("kept", "ticked", "visibility"),
    [
        ("public", True, "staff"),
        ("alliance", False, "alliance"),
        ("staff", False, "public"),
        ("staff", True, "staff"),
    ],
)
def test_visibility_that_staff_chose_is_kept(monday, clerk, kept, ticked, visibility):
    form = post_form(
        clerk,
        {**GIVEN, **({"only_staff": "on"} if ticked else {})},
        about=Need(county=COUNTY, visibility=kept),
    )

    assert form.is_valid()
    assert form.posted()[1]["visibility"] == visibility


def test_a_draft_may_be_unfinished(monday, clerk):
    form = post_form(clerk, {"measure": "次"})
    form.take_unfinished()

    assert form.is_valid(), form.errors


def test_a_file_that_cannot_be_kept_is_refused_before_anything_is_posted(monday, clerk):
    form = PostForm(
        GIVEN, {"uploads": SimpleUploadedFile("a.exe", b"MZ")}, about=Need(county=COUNTY), user=clerk
    )

    assert form.errors == {"uploads": ["a.exe：只收图片、PDF、Word 和 Excel 文件；改过后缀名的文件也不收"]}


def test_accepting_asks_for_nothing(submitted, staff):
    form = AcceptForm({}, about=submitted, user=staff)

    assert form.is_valid()
    assert AcceptForm(about=submitted, user=staff)["category"].value() == "KJ"


def test_staff_cannot_say_that_it_is_solved(submitted, staff):
    form = CloseForm({"outcome": "fulfilled", "note": "好了"}, about=submitted, user=staff)

    assert form.errors == {"outcome": ["请从列出的办理结果里选一个"]}
    assert CloseForm({}, about=submitted, user=staff).errors == {
        "outcome": ["请选一种办理结果"],
        "note": ["结束办理要写明理由"],
    }


def test_internal_notes_are_offered_to_staff_alone(submitted, staff, clerk):
    assert "internal" in MessageForm(about=submitted, user=staff).fields
    assert "internal" not in MessageForm(about=submitted, user=clerk).fields
