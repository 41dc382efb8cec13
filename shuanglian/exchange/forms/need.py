"""What may be typed to post a need, and to move one on."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from shuanglian.accounts.choices import Role
from shuanglian.core.clock import today
from shuanglian.core.dictionary import choices
from shuanglian.directory.models import Organization
from shuanglian.exchange.choices import CheckStep, NeedState, Outcome, Source, Urgency, Visibility
from shuanglian.exchange.forms.fields import ActForm, Day, Phone, Quantity, Uploads, Words, words_of
from shuanglian.exchange.forms.link import NeedNumber
from shuanglian.exchange.queries.asking import (
    FEW,
    find_organizations,
    organizations_to_ask_for,
    speaks_for_itself,
)
from shuanglian.exchange.queries.guess import DAYS, MONTH, OWN, QUARTER, WEEK

WHENS = ((WEEK, "一周内"), (MONTH, "一个月内"), (QUARTER, "三个月内"), (OWN, "我自己定"))
SOURCES = [
    (value, label) for value, label in Source.choices if value not in (Source.ENTERPRISE, Source.OFFER)
]
STATED = {
    Outcome.PARTLY: "办成了一部分，其余不再办",
    Outcome.EXPLAINED: "现在没有条件办，理由说清楚；企业可以提一次异议",
    Outcome.REFERRED: "已经交给别的部门或渠道，写明交给谁；企业可以提一次异议",
    Outcome.DUPLICATE: "同一件事已经有一项在办，写明编号",
}


MOST_LINES = 10


def _name(name: str, number: int) -> str:
    """The field of the n-th line; the first has the plain names, as when it is the only one."""
    return name if number == 1 and name != "text" else f"{name}_{number}"


class PostForm(ActForm):
    """Step 2 of posting: the sentence with what was guessed from it, to be checked and handed in.

    ``about`` is a new ``Need`` or the draft or returned need that is being changed.
    """

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    organization = Words(label="提出单位", max_length=100)
    source = forms.ChoiceField(
        label="从哪里来的",
        choices=[("", "请选择"), *SOURCES],
        error_messages={"required": "请选这件事是从哪里来的"},
    )
    contact_name = Words(label="联系人", max_length=30, required=False)
    detail = Words(
        label="需求",
        max_length=1000,
        widget=words_of(3, 1000),
        error_messages={"required": "请写一句话，说明企业有什么难处"},
    )
    category = forms.ChoiceField(
        label="类别", error_messages={"required": "请选一个类别；拿不准就选最接近的"}
    )
    quantity = Quantity(label="数量", required=False)
    measure = forms.ChoiceField(label="单位")
    when = forms.ChoiceField(label="希望什么时候办好", choices=WHENS, widget=forms.RadioSelect)
    expected_by = Day(label="哪天前办好", required=False)
    contact_phone = Phone(label="联系电话", required=False, help_text="只有认领的单位能看到")
    uploads = Uploads(
        label="照片或文件", required=False, help_text="图片、PDF、Word 或 Excel，每个不超过 20 MB"
    )
    only_staff = forms.BooleanField(label="只给工委看，不公开", required=False)

    is_draft = False
    count = 1  # of lines on the form

    def prepare(self) -> None:
        day = today()
        self._prepare_lines()
        self.fields["category"].choices = [("", "请选择"), *choices("need_category", day)]  # type: ignore[attr-defined]
        for number in range(1, self.count + 1):
            measure: Any = self.fields[_name("measure", number)]
            measure.choices, measure.initial = choices("measure", day), "次"
        self.fields["when"].initial = MONTH
        self.fields["token"].initial = uuid.uuid4
        if self.about.pk:
            del self.fields["uploads"]
        self.for_itself = speaks_for_itself(self.user)
        if self.for_itself:
            del self.fields["source"], self.fields["contact_name"]
            self.fields["contact_phone"].initial = self.user.mobile
        elif self.user.holds(Role.INSTRUCTOR):
            self.fields["source"].initial = Source.INSTRUCTOR
        self._prepare_organization()

    def _prepare_lines(self) -> None:
        """One line is a quantity and a unit; several have a word each, and may be claimed by different units."""
        given = str((self.data or self.initial).get("lines_shown") or 1)
        self.count = min(max(int(given), 1), MOST_LINES) if given.isascii() and given.isdecimal() else 1
        if self.count == 1:
            return
        for number in range(1, self.count + 1):
            self.fields[_name("text", number)] = Words(
                label=f"第 {number} 项",
                max_length=100,
                required=number == 1,
                error_messages={"required": "请写这一项要什么"},
            )
            if number > 1:
                amount = Quantity(label=f"第 {number} 项的数量", required=False)
                self.fields[_name("quantity", number)] = amount
                measure = forms.ChoiceField(label=f"第 {number} 项的单位")
                self.fields[_name("measure", number)] = measure

    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The fields of the lines, when there are several: word, quantity, unit."""
        numbers = range(1, self.count + 1)
        return [
            (self[_name("text", n)], self[_name("quantity", n)], self[_name("measure", n)]) for n in numbers
        ]

    def _prepare_organization(self) -> None:
        rows = organizations_to_ask_for(self.user)
        few = list(rows[: FEW + 1]) if not self.user.holds("staff", "approver") else []
        self.one: Organization | None = few[0] if len(few) == 1 else None
        if self.one is not None:
            del self.fields["organization"]
        elif 0 < len(few) <= FEW:
            self.fields["organization"] = forms.ModelChoiceField(
                rows, label="提出单位", empty_label="请选择", initial=few[0] if self.for_itself else None
            )
            self.order_fields(["token", "organization"])

    def clean_organization(self) -> Organization:
        """The organisation meant by a name, a short name, initials or a code."""
        given: Organization | str = self.cleaned_data["organization"]
        if isinstance(given, Organization):
            return given
        found = find_organizations(self.user, given)
        if not found:
            raise ValidationError(f"没有找到“{given}”，请写企业全称、简称或统一社会信用代码")
        if len(found) > 1:
            listed = "、".join(o.name for o in found[:5])
            raise ValidationError(f"名字里带“{given}”的有好几家，请写全：{listed}")
        return found[0]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        when = data.get("when")
        if when in DAYS:
            data["expected_by"] = today() + dt.timedelta(days=DAYS[when])
        elif (
            when == OWN
            and not self.is_draft
            and not data.get("expected_by")
            and "expected_by" not in self.errors
        ):
            self.add_error("expected_by", "请选一个日期，或者选“一个月内”")
        for number in range(1, self.count + 1):
            self._check_line(number, data)
        return data

    def _check_line(self, number: int, data: dict[str, Any]) -> None:
        quantity = data.get(_name("quantity", number))
        if quantity is not None and quantity <= 0:
            self.add_error(_name("quantity", number), "数量要大于 0")
        if self.count > 1 and quantity is not None and not data.get(_name("text", number)):
            self.add_error(_name("text", number), "请写这一项要什么，不要这一项就把数量也清空")

    def take_unfinished(self) -> None:
        """A draft may lack everything but the organisation."""
        for name in ("detail", "source", "category", "when", _name("text", 1)):
            if name in self.fields:
                self.fields[name].required = False
        self.is_draft = True

    def posted(self) -> tuple[Organization, dict[str, Any]]:
        """The organisation, and the fields as ``actions.post_need`` takes them."""
        data = dict(self.cleaned_data)
        organization: Any = data.pop("organization", None) or self.one
        data.pop("when")
        data.pop("uploads", None)
        data["visibility"] = self._visibility(only_staff=data.pop("only_staff"))
        if self.count > 1:
            data["items"] = self._items(data)
        else:
            data |= {"quantity": data["quantity"] or 1, "due": data["expected_by"]}
        data["title"] = ""  # the first clause of the sentence
        if not self.for_itself:
            data["contact_name"] = data["contact_name"] or organization.contact_name
            data["contact_phone"] = data["contact_phone"] or organization.contact_phone
            data["source"] = data["source"] or Source.ENTERPRISE
        else:
            data |= {"source": Source.ENTERPRISE, "raised_by": self.user}
            data["contact_name"] = self.about.contact_name or self.user.name
        return organization, data

    def _items(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """The lines as the action takes them; a row left empty is none, and a need has at least one."""
        items: list[dict[str, Any]] = []
        for number in range(1, self.count + 1):
            line = {name: data.pop(_name(name, number), None) for name in ("text", "quantity", "measure")}
            if line["text"] or not items:
                items.append(line | {"quantity": line["quantity"] or 1, "due": data["expected_by"]})
        written = [item for item in items if item["text"]]
        return written or items[:1]

    def _visibility(self, *, only_staff: bool) -> str:
        if only_staff:
            return Visibility.STAFF
        kept = self.about.visibility
        return kept if kept != Visibility.STAFF else Visibility.PUBLIC


class AcceptForm(ActForm):
    """What staff may mend before a need is published; all of it may be left alone."""

    category = forms.ChoiceField(label="类别", required=False)
    visibility = forms.ChoiceField(label="公开范围", choices=Visibility, required=False)
    urgency = forms.ChoiceField(label="紧急程度", choices=Urgency, required=False)

    step = CheckStep.ACCEPT

    def prepare(self) -> None:
        self.fields["category"].choices = choices("need_category", today())  # type: ignore[attr-defined]
        for name in ("category", "visibility", "urgency"):
            self.fields[name].initial = getattr(self.about, name)


class ReturnForm(ActForm):
    """退回补充."""

    note = Words(
        label="还缺什么",
        max_length=500,
        widget=words_of(3, 500, placeholder="例如：请写明要几个人、什么时候到岗"),
        help_text="提出单位会看到这句话",
        error_messages={"required": "退回补充要写明理由"},
    )


class WithdrawForm(ActForm):
    """撤回需求."""

    note = Words(
        label="为什么撤回",
        max_length=500,
        widget=words_of(2, 500, placeholder="例如：已经自己招到了"),
        error_messages={"required": "撤回需求要写明理由"},
    )


class CloseForm(ActForm):
    """结束办理, by staff, with an outcome that is not "fulfilled"."""

    outcome = forms.ChoiceField(
        label="办理结果",
        choices=[(o.value, f"{o.label}：{words}") for o, words in STATED.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "请选一种办理结果"},
    )
    other = NeedNumber(label="重复的是哪一项")
    note = Words(
        label="说明",
        max_length=500,
        widget=words_of(3, 500),
        help_text="提出单位会看到。“已解决”要由提出单位自己确认，这里不能选。",
        error_messages={"required": "结束办理要写明理由"},
    )

    step = CheckStep.CLOSE

    def prepare(self) -> None:
        field: Any = self.fields["other"]
        field.look_for(self.about, self.user)
        field.shown_when = f"outcome={Outcome.DUPLICATE}"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        duplicate = data.get("outcome") == Outcome.DUPLICATE
        if duplicate and data.get("other") is None and "other" not in self.errors:
            self.add_error("other", "请写重复的是哪一项（需求编号）")
        if not duplicate:
            data["other"] = None
            self.errors.pop("other", None)  # what was typed before another outcome was chosen
        return data


class ReopenForm(ActForm):
    """重新办理."""

    note = Words(
        label="为什么重新办理",
        max_length=500,
        widget=words_of(3, 500),
        error_messages={"required": "重新办理要写明理由"},
    )


class ContestForm(ActForm):
    """异议: the organisation does not accept "not feasible"; once."""

    note = Words(
        label="为什么不同意",
        max_length=500,
        widget=words_of(3, 500, placeholder="例如：邻县今年办成了同样的事，请再问一问"),
        help_text="只写事，不评人",
        error_messages={"required": "请写明为什么不同意"},
    )


class MessageForm(ActForm):
    """留言, or an internal note of staff."""

    body = Words(
        label="写留言",
        max_length=1000,
        widget=words_of(2, 1000, **{"aria-label": "写留言"}),
        error_messages={"required": "请写留言内容"},
    )
    internal = forms.BooleanField(label="内部备注，只有工委看得到", required=False)

    def prepare(self) -> None:
        if not self.user.holds("staff", "approver"):
            del self.fields["internal"]


class AttachForm(ActForm):
    """上传材料."""

    uploads = Uploads(label="选文件", help_text="图片、PDF、Word 或 Excel，每个不超过 20 MB")


EDITABLE = (NeedState.DRAFT, NeedState.RETURNED, NeedState.SUBMITTED)
