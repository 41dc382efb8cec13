"""A register of organisations with every kind of column, filter and act: what the machinery is tested on.

It is not part of the site; ``sample_urls`` gives it addresses.
"""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.register.columns import (
    Choice,
    Code,
    Date,
    Link,
    Moment,
    Number,
    Person,
    Phone,
    Text,
    YesNo,
    blank,
)
from shuanglian.core.register.declare import Act, Empty, Ledger, Register, Section
from shuanglian.core.register.filters import Condition, Dates, Facet, Related
from shuanglian.core.register.filters import YesNo as YesNoFilter
from shuanglian.directory.models import Division, Organization
from shuanglian.directory.queries import organizations_visible_to


class OrganizationForm(forms.ModelForm):
    groups = (("名称", ("name", "uscc", "kind")), ("情况", ("division", "member_count", "is_scaled", "note")))

    class Meta:
        model = Organization
        fields = ("name", "uscc", "kind", "division", "member_count", "is_scaled", "note")


class NumberForm(forms.Form):
    members = forms.IntegerField(label="党员数", min_value=0)


@transaction.atomic
def create_organization(*, by, **fields):
    require(by, "directory.add_organization")
    if "传销" in fields["name"]:
        raise ValidationError({"name": "这个名称不能用"})
    row = Organization.objects.create(county=by.county, pinyin=fields["name"], initials="", **fields)
    record(row, "create", by=by)
    return row


@transaction.atomic
def change_organization(row, *, by, **fields):
    require(by, "directory.change_organization", row)
    before = snapshot(row)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    record(row, "change", by=by, before=before)
    return row


@transaction.atomic
def check_organization(row, *, by):
    require(by, "directory.check_organization", row)
    if row.registration != "active":
        raise ValidationError("已经注销，不用核对")
    return change_organization(row, by=by, checked_on=dt.date(2026, 3, 9), checked_by=by)


@transaction.atomic
def archive_organization(row, *, by, note):
    require(by, "directory.close_organization", row)
    before = snapshot(row)
    row.registration = "cancelled"
    row.save()
    record(row, "archive", by=by, before=before, note=note)


@transaction.atomic
def count_members(row, *, by, members):
    if members > 900:
        raise ValidationError({"members": "党员数太多，请核对"})
    return change_organization(row, by=by, member_count=members)


def check_row(values, row, user):
    if values.get("is_scaled") and values.get("member_count") == 0:
        raise ValidationError("规模以上企业应当有党员")


SAMPLE = Register(
    slug="sample",
    title="企业台账",
    model=Organization,
    rows=organizations_visible_to,
    columns=(
        Text("name", required=True, sort="pinyin", aliases=("企业名称",)),
        Code("uscc", aliases=("信用代码",)),
        Choice("kind", required=True, tones={"private_enterprise": "info"}),
        Link("division", required=True, also=lambda town: town.aliases),
        YesNo("is_scaled", "规模以上", header="是否规模以上"),
        Number("member_count", total=True),
        Person("contact_name", post="division__name"),
        Phone("contact_phone", reveal="directory.see_contact"),
        Date("checked_on"),
        Moment("created", shown=False),
        Choice("registration", tones={"active": "ok"}, shown=False, writable=False),
        Text("note", shown=False),
    ),
    heading="name",
    under="uscc",
    counter="家",
    help=lambda user: f"{user.name}能看到的企业。",
    empty=Empty("还没有企业", "新增一家，或者导入 Excel。"),
    sections=(
        Section("基本情况", ("name", "uscc", "kind", "division", "is_scaled", "member_count")),
        Section("联系", ("contact_name", "contact_phone", "checked_on")),
    ),
    order="name",
    search=("name", "short_name", "uscc"),
    initials=("initials",),
    search_hint="名称、信用代码",
    filters=(
        Facet("division", "乡镇", everything="全部乡镇"),
        Facet("kind", "类别"),
        YesNoFilter("is_scaled", "规模", yes="规模以上", no="规模以下"),
        Facet("registration", "登记状态"),
        Dates("checked_on", "核对日期"),
        Dates("created", "建立时间", moment=True),
        Related("checked_by", "核对人"),
    ),
    conditions=(
        Condition(
            "unchecked",
            "一年没核对",
            lambda day: Q(checked_on=None) | Q(checked_on__lt=day.replace(year=day.year - 1)),
        ),
        Condition("members", "有党员", lambda day: Q(member_count__gt=0)),
    ),
    form=OrganizationForm,
    create=create_organization,
    update=change_organization,
    acts=(
        Act("check", check_organization, "核对无误", "directory.check_organization", bulk=True),
        Act(
            "count", count_members, "登记党员数", "directory.change_organization", form=NumberForm, bulk=True
        ),
        Act(
            "archive",
            archive_organization,
            "停用",
            "directory.close_organization",
            explain="停用后不再出现在台账和统计里。30 天内可以恢复。",
            needs_note=True,
            asks_note=True,
            danger=True,
            bulk=True,
            when=lambda row: row.registration == "active",
        ),
    ),
    ledger=Ledger("L01", "两新组织基本情况台账"),
    sheet=(
        "name",
        "uscc",
        "kind",
        "is_scaled",
        Text("division__code", "所属乡镇代码", writable=False),
        "division",
        "member_count",
        "contact_name",
        "contact_phone",
        blank("联系领导"),
        "checked_on",
        "note",
    ),
    keys=(("uscc",), ("name",)),
    check_row=check_row,
    seen_by=lambda row: f"{row.division}的经办人和工委工作人员能看。",
)

TOWNS = Register(
    slug="towns",
    title="乡镇",
    model=Division,
    rows=lambda user: Division.objects.filter(level="township"),
    columns=(Text("name"), Code("code")),
    heading="name",
    public=True,
)
