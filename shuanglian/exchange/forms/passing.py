"""What may be typed to pass a need on: to whom and why, and what the asked unit answers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from shuanglian.core.access import can
from shuanglian.core.clock import today
from shuanglian.core.render import qty
from shuanglian.directory.choices import UnitLevel
from shuanglian.directory.models import PartnerUnit
from shuanglian.directory.queries import in_alliance, units_of, units_with_mandate
from shuanglian.exchange.forms.fields import ActForm, Words, words_of
from shuanglian.exchange.models import Need, NeedItem
from shuanglian.exchange.queries.ledger import lines_of

ACCEPT, DECLINE = "accept", "decline"
MOST_REASON = 200  # characters, as the chain stores them


class UnitChoice(forms.ChoiceField):
    """A unit of the alliance; those whose duties include the need's category stand first."""

    units: dict[str, PartnerUnit]

    def offer_for(self, need: Need, *, without: set[int] | None = None, outside: bool = False) -> None:
        """Set what can be chosen for a need; ``without``: units that make no sense here.

        ``outside``: those of the city and the province as well, last.
        """
        rows = PartnerUnit.objects.filter(in_alliance(today()), county=need.county)
        if not outside:
            rows = rows.filter(level=UnitLevel.COUNTY)
        found = list(rows.exclude(pk__in=without or ()).order_by("pinyin", "pk"))
        fitting = set(units_with_mandate(need.county, need.category).values_list("pk", flat=True))
        self.units = {str(unit.pk): unit for unit in found}
        groups = [
            ("职能对口的单位", [(str(u.pk), u.name) for u in found if u.pk in fitting]),
            ("其他单位", [(str(u.pk), u.name) for u in found if u.pk not in fitting and not u.is_outside]),
            ("市级、省级单位，由工委去联系", [(str(u.pk), u.name) for u in found if u.is_outside]),
        ]
        self.choices = [("", "请选择"), *((name, rows) for name, rows in groups if rows)]

    def clean(self, value: Any) -> Any:
        return self.units.get(super().clean(value))


class LineChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A line of a need, with how much of it nobody has promised yet."""

    open_of: dict[int, Any]

    def label_from_instance(self, item: Any) -> str:
        left = max(self.open_of.get(item.pk, 0), 0)
        return f"{item.position}. {item.text}（还有 {qty(left)} {item.measure}没人认领）"


class ReferForm(ActForm):
    """转给更合适的单位."""

    from_unit = forms.ModelChoiceField(
        PartnerUnit.objects.none(), label="从哪个单位转出", empty_label="请选择"
    )
    to_unit = UnitChoice(label="转给哪个单位", error_messages={"required": "请选要转给的单位"})
    reason = Words(
        label="为什么转、为什么对方更合适",
        max_length=MOST_REASON,
        widget=words_of(3, MOST_REASON, placeholder="例如：这是用工的事，人社局有招聘会"),
        help_text="对方和企业都会看到",
        error_messages={"required": "请写明为什么转、为什么对方更合适"},
    )

    def prepare(self) -> None:
        own = list(units_of(self.user).order_by("pinyin", "pk"))
        self.one = own[0] if len(own) == 1 else None
        if self.one is not None:
            del self.fields["from_unit"]
        else:
            self.fields["from_unit"].queryset = units_of(self.user)  # type: ignore[attr-defined]
        field: Any = self.fields["to_unit"]
        field.offer_for(self.about, without={unit.pk for unit in own})

    def referral(self) -> dict[str, Any]:
        """What ``actions.refer_need`` takes."""
        return {**self.cleaned_data, "from_unit": self.cleaned_data.get("from_unit") or self.one}


class ProposeForm(ActForm):
    """商请认领: staff ask a unit."""

    unit = UnitChoice(label="商请哪个单位", error_messages={"required": "请选要商请的单位"})
    item = LineChoice(NeedItem.objects.none(), label="哪一项", empty_label=None)
    reason = Words(
        label="为什么请这个单位",
        max_length=MOST_REASON,
        widget=words_of(2, MOST_REASON, placeholder="例如：去年办过同类的事，有现成的专家"),
        help_text="这个单位会看到，可以接受，也可以说明理由谢绝",
        error_messages={"required": "请写一句为什么请这个单位"},
    )

    def prepare(self) -> None:
        field: Any = self.fields["unit"]
        field.offer_for(self.about, outside=True)
        lines = [line for line in lines_of(self.about.pk) if line.open > 0]
        if len(lines) > 1:
            chosen: Any = self.fields["item"]
            chosen.open_of = {line.item.pk: line.open for line in lines}
            chosen.queryset = NeedItem.objects.filter(pk__in=list(chosen.open_of))
        else:
            del self.fields["item"]


class AnswerAskingForm(ActForm):
    """接受 or 谢绝, when a need was passed on to the unit or staff ask it."""

    answer = forms.ChoiceField(
        label="您单位的答复",
        choices=[(ACCEPT, "接受，由我单位认领"), (DECLINE, "谢绝")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选接受或谢绝"},
    )
    reason = Words(
        label="说明",
        max_length=MOST_REASON,
        required=False,
        widget=words_of(2, MOST_REASON),
        help_text="谢绝要写明理由，对方会看到；接受可以不写",
    )

    def prepare(self) -> None:
        if not can(self.user, "exchange.write_to_unit", self.about):
            return
        self.fields["answer"].label = "对方的答复"
        self.fields["answer"].choices = [(ACCEPT, "接受，由对方单位认领"), (DECLINE, "谢绝")]  # type: ignore[attr-defined]
        self.fields["reason"].label, self.fields["reason"].required = "哪天、怎么答复的", True
        self.fields["reason"].error_messages["required"] = "请写明对方哪天、怎么答复的"
        self.fields["reason"].help_text = "例如：11月20日来函同意。会和您的名字一起记进经过"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("answer") == DECLINE and not data.get("reason", "").strip():
            self.add_error("reason", ValidationError("请写明谢绝的理由"))
        return data

    def answered(self) -> dict[str, Any]:
        """What the two answering actions take."""
        return {"accept": self.cleaned_data["answer"] == ACCEPT, "reason": self.cleaned_data["reason"]}
