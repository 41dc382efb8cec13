"""What may be typed about a promise: making it, working on it, confirming and rating what came of it."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from shuanglian.core.access import can
from shuanglian.core.asked import row_key
from shuanglian.core.calendar import add_working_days
from shuanglian.core.clock import today
from shuanglian.core.prepared import Prepared, given
from shuanglian.core.render import date_text, qty
from shuanglian.directory.models import PartnerUnit
from shuanglian.directory.queries import in_alliance, units_of
from shuanglian.exchange.choices import CheckStep, DeadlineKind, Satisfaction, Verdict
from shuanglian.exchange.forms.fields import ActForm, Day, Quantity, Words, words_of
from shuanglian.exchange.forms.passing import LineChoice
from shuanglian.exchange.models import NeedItem, Offer, OfferItem
from shuanglian.exchange.queries.deadline import rule_for
from shuanglian.exchange.queries.ledger import ZERO, effective, lines_of, promise_of
from shuanglian.exchange.queries.offer import bookable_on, offers_visible_to

# Whether a unit has anything of a category that could serve a claim: most have not, and need no more questions.
_OFFERED: Prepared[Offer] = Prepared(
    lambda: (
        bookable_on(Offer.objects.filter(unit=given("unit"), category=given("category")), given("day"))
        .order_by()
        .values_list("pk")[:1]
    )
)


class ClaimForm(ActForm):
    """认领: by which unit, how much of which line, until when. One line of one piece asks for the day alone."""

    unit = forms.ModelChoiceField(PartnerUnit.objects.none(), label="认领单位", empty_label="请选择")
    item = LineChoice(NeedItem.objects.none(), label="认领哪一项", empty_label=None)
    quantity = Quantity(label="认领多少", required=False)
    over_commit = forms.BooleanField(label="经批准，可以超过需求的数量", required=False)
    due = Day(label="计划哪天办结")
    plan = Words(
        label="对企业说一句",
        max_length=300,
        required=False,
        widget=words_of(2, 300, placeholder="例如：周三上午到厂里看一下"),
    )
    offer_item = forms.ModelChoiceField(
        OfferItem.objects.none(), label="用哪项共享资源来办", required=False, empty_label="不用共享资源"
    )

    def prepare(self) -> None:
        self._prepare_unit()
        self._prepare_lines()
        if not self.is_bound:
            self._prepare_day()

    def add_error(self, field: Any, error: Any) -> None:
        """A form that comes back with faults says all that a fresh one says."""
        if not self.fields["due"].help_text:
            self._prepare_day()
            self["due"].help_text = self.fields["due"].help_text
        super().add_error(field, error)

    def _prepare_day(self) -> None:
        need = self.about
        days = rule_for(need.county, DeadlineKind.RESOLVE, need.category, today()).days
        usual = add_working_days(today(), days).due
        wished = need.expected_by if need.expected_by and need.expected_by >= today() else usual
        self.fields["due"].initial = min(usual, wished)
        if need.expected_by:
            self.fields["due"].help_text = f"企业希望 {date_text(need.expected_by)}前办好"
        else:
            self.fields["due"].help_text = f"一般 {days} 个工作日内办结"

    def _prepare_unit(self) -> None:
        units = units_of(self.user)
        if self.user.holds("staff", "approver"):
            units = PartnerUnit.objects.filter(in_alliance(today()), county=self.user.county)
        few = list(units[:2])
        self.one = few[0] if len(few) == 1 else None
        if self.one is not None:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self._prepare_offers(units)

    def _prepare_offers(self, units: QuerySet[PartnerUnit]) -> None:
        """Own offers of the need's category, and the one that was named, of whatever category: it was suggested."""
        day, category, named = today(), self.about.category, self._named_offer()
        if self.one and not named and not _OFFERED.tuples(unit=self.one.pk, category=category, day=day):
            del self.fields["offer_item"]
            return
        own = bookable_on(offers_visible_to(self.user), day).filter(unit__in=units)
        fitting = Q(offer__category=category) | Q(pk=named)
        items = OfferItem.objects.filter(fitting, offer__in=own).select_related("offer")
        if items.exists():
            self.fields["offer_item"].queryset = items  # type: ignore[attr-defined]
        else:
            del self.fields["offer_item"]

    def _named_offer(self) -> int:
        """The line of an offer that the address or the form names; 0 for none, or for nonsense."""
        return row_key(str((self.data if self.is_bound else self.initial).get("offer_item") or ""))

    def _prepare_lines(self) -> None:
        over = can(self.user, "exchange.over_commit", self.about)
        lines = [line for line in lines_of(self.about.pk) if line.open > 0 or over]
        if not over:
            del self.fields["over_commit"]
        if len(lines) > 1:
            chosen: Any = self.fields["item"]
            chosen.open_of = {line.item.pk: line.open for line in lines}
            chosen.queryset = NeedItem.objects.filter(pk__in=list(chosen.open_of))
            chosen.initial = lines[0].item.pk
        else:
            del self.fields["item"]
        if len(lines) == 1 and lines[0].open == 1 and not over:
            del self.fields["quantity"]
        elif lines:
            left = "、".join(f"{qty(max(line.open, ZERO))} {line.item.measure}" for line in lines)
            self.fields["quantity"].help_text = f"还有 {left}没人认领；不填就是全部"
            self.fields["quantity"].initial = (
                qty(lines[0].open) if len(lines) == 1 and lines[0].open > 0 else None
            )

    def terms(self) -> dict[str, Any]:
        """The terms as ``actions.claim`` takes them, the unit among them."""
        return {**self.cleaned_data, "unit": self.cleaned_data.get("unit") or self.one}


class ProgressForm(ActForm):
    """办理进展."""

    body = Words(
        label="办到哪一步了",
        max_length=1000,
        widget=words_of(3, 1000, placeholder="例如：热处理专家 3 月 18 日到厂，看了两套模具"),
        help_text="只写事，不评人。企业会看到。",
        error_messages={"required": "请写一句办理进展"},
    )


class DeliverForm(ActForm):
    """报办结: what was done; for a quantity, how much of it."""

    quantity = Quantity(label="办成了多少", required=False)
    partial = forms.BooleanField(label="先报这一部分，其余接着办", required=False)
    happened_on = Day(label="哪天办的")
    note = Words(
        label="办得怎么样",
        max_length=1000,
        required=False,
        widget=words_of(3, 1000, placeholder="例如：专家给出了退火工艺，试用一周没再开裂"),
        help_text="不用传照片。企业确认以后才算办结。",
    )

    step = CheckStep.DELIVER

    def prepare(self) -> None:
        self.fields["happened_on"].initial = today()
        left = promise_of(self.about).deliverable
        if self.about.quantity == 1:
            del self.fields["quantity"], self.fields["partial"]
            return
        self.fields["quantity"].initial = qty(left)
        self.fields[
            "quantity"
        ].help_text = f"认领了 {qty(self.about.quantity)} {self.about.need_item.measure}"

    def facts(self) -> dict[str, Any]:
        """The facts as ``actions.record_delivery`` takes them."""
        facts = dict(self.cleaned_data)
        finish = not facts.pop("partial", False)
        return {**facts, "finish": finish}


class ConfirmForm(ActForm):
    """部分解决 or 还没有 (已解决 is a button of its own that sends the same form)."""

    verdict = forms.ChoiceField(
        label="您的意见",
        choices=Verdict,
        widget=forms.RadioSelect,
        error_messages={"required": "请选已解决、部分解决或还没有"},
    )
    accepted = Quantity(label="其中办成的数量", required=False)
    complete = forms.BooleanField(label="到此为止，不用再办了", required=False)
    note = Words(
        label="还差什么",
        max_length=500,
        required=False,
        widget=words_of(3, 500, placeholder="例如：还有两套模具没看"),
        help_text="要接着办的，请写一句，对方好接着办",
    )

    def prepare(self) -> None:
        for name in ("accepted", "complete"):
            self.fields[name].shown_when = f"verdict={Verdict.PARTLY}"  # type: ignore[attr-defined]
        asked = self.about.commitment.need_item
        if self.about.quantity == 1:
            del self.fields["accepted"]
        else:
            self.fields[
                "accepted"
            ].help_text = f"对方报了 {qty(self.about.quantity)} {asked.measure}；要接着办的，请填"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("verdict") != Verdict.PARTLY:
            for name in ("accepted", "complete"):  # what was typed before another answer was chosen
                data.pop(name, None)
                self.errors.pop(name, None)
        if data.get("verdict") == Verdict.NOT_YET and not data.get("note"):
            self.add_error("note", "请写一句还差什么，对方好接着办")
        return data


class RateForm(ActForm):
    """评价: about the matter, never about a person."""

    satisfaction = forms.ChoiceField(
        label="您满意吗",
        choices=Satisfaction,
        widget=forms.RadioSelect,
        error_messages={"required": "请选满意、基本满意或不满意"},
    )
    words = Words(
        label="说几句", max_length=300, required=False, widget=words_of(3, 300), help_text="只写事，不评人"
    )


class ShrinkForm(ActForm):
    """减少认领数量."""

    quantity = Quantity(label="改成多少")
    note = Words(
        label="为什么减少",
        max_length=500,
        widget=words_of(2, 500),
        error_messages={"required": "请写明减少的理由"},
    )

    def prepare(self) -> None:
        now = f"现在是 {qty(self.about.quantity)} {self.about.need_item.measure}"
        self.fields["quantity"].help_text = f"{now}，减下来的部分马上重新开放认领"


class CorrectForm(ActForm):
    """更正: a delivery was reported too high."""

    quantity = Quantity(label="要减去多少", error_messages={"required": "请填要减去多少"})
    note = Words(
        label="为什么更正",
        max_length=500,
        widget=words_of(2, 500, placeholder="例如：多报了一次，实际到厂两次"),
        help_text="企业和工委会看到；原来那一笔保留",
        error_messages={"required": "请写明更正的理由"},
    )

    def prepare(self) -> None:
        measure = self.about.commitment.need_item.measure
        self.fields["quantity"].help_text = f"这一笔现在算 {qty(effective(self.about))} {measure}"


class WithdrawCommitmentForm(ActForm):
    """撤回认领."""

    note = Words(
        label="为什么撤回",
        max_length=500,
        widget=words_of(2, 500),
        help_text="企业和工委会看到",
        error_messages={"required": "撤回认领要写明理由"},
    )


class DeclineForm(ActForm):
    """谢绝预约."""

    note = Words(
        label="为什么不能接",
        max_length=500,
        widget=words_of(2, 500, placeholder="例如：那天场地已经排满，可以改到下周"),
        error_messages={"required": "谢绝要写明理由"},
    )


class AnswerForm(ActForm):
    """接受预约, with a word to the other side."""

    note = Words(label="对企业说一句", max_length=300, required=False, widget=words_of(2, 300))


class EndForm(ActForm):
    """到此为止: the receiver wants no more."""

    note = Words(label="说一句", max_length=500, required=False, widget=words_of(2, 500))
