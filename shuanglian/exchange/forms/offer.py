"""What may be typed about a shared offer: writing it, reviewing, renewing and booking it."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from shuanglian.core.calendar import add_working_days
from shuanglian.core.clock import today
from shuanglian.core.dictionary import choices
from shuanglian.core.render import date_text, qty
from shuanglian.directory.models import Division, Organization, PartnerUnit
from shuanglian.directory.queries import in_alliance, townships, units_of
from shuanglian.exchange.choices import Period, Visibility
from shuanglian.exchange.forms.fields import ActForm, Day, Phone, Quantity, Words, words_of
from shuanglian.exchange.models import OfferItem
from shuanglian.exchange.queries.asking import FEW, find_organizations, organizations_to_ask_for
from shuanglian.exchange.queries.ledger import ZERO, remaining
from shuanglian.exchange.queries.offer import a_year_on
from shuanglian.exchange.queries.waiting import day_meant, first_day, kept_place, standing_in

SHOWN_TO = [(v, t) for v, t in Visibility.choices if v != Visibility.STAFF]
FIELDS = (
    "category",
    "title",
    "detail",
    "terms",
    "visibility",
    "lead_days",
    "valid_from",
    "valid_until",
    "standing",
    "period",
    "contact_name",
    "contact_phone",
)


class OfferForm(ActForm):
    """One shared offer with its one line. ``about`` is a new ``Offer`` or the one being changed."""

    unit = forms.ModelChoiceField(PartnerUnit.objects.none(), label="提供单位", empty_label="请选择")
    title = Words(label="资源名称", max_length=60, error_messages={"required": "请写资源名称"})
    category = forms.ChoiceField(label="类别", error_messages={"required": "请选一个类别"})
    detail = Words(
        label="内容",
        max_length=1000,
        required=False,
        widget=words_of(4, 1000, placeholder="提供什么、怎么提供、要不要收费"),
    )
    terms = Words(label="适用对象和条件", max_length=200, required=False)
    capacity = Quantity(label="数量", error_messages={"required": "请填能提供多少"})
    measure = forms.ChoiceField(label="单位")
    period = forms.ChoiceField(label="数量按", choices=Period)
    standing = forms.BooleanField(label="长期有效", required=False)
    valid_from = Day(label="有效期起", required=False)
    valid_until = Day(label="有效期至", required=False)
    lead_days = forms.IntegerField(
        label="提前几个工作日预约", min_value=0, max_value=60, required=False, help_text="不用提前就填 0"
    )
    visibility = forms.ChoiceField(label="公开范围", choices=SHOWN_TO)
    divisions = forms.ModelMultipleChoiceField(
        Division.objects.none(),
        label="服务哪些乡镇",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="一个也不选就是全县都可以用",
    )
    contact_name = Words(label="联系人", max_length=30, required=False)
    contact_phone = Phone(label="联系电话", required=False)

    def prepare(self) -> None:
        day, offer = today(), self.about
        self.fields["category"].choices = [("", "请选择"), *choices("need_category", day)]  # type: ignore[attr-defined]
        self.fields["measure"].choices = choices("measure", day)  # type: ignore[attr-defined]
        self.fields["lead_days"].error_messages |= {
            "invalid": "只能填整数，例如 2",
            "min_value": "不能小于 0",
            "max_value": "最多 60 个工作日",
        }
        self._prepare_unit()
        for name in FIELDS:
            self.fields[name].initial = getattr(offer, name)
        if not offer.pk:  # whom to call is known: the unit's own contact, or who writes this
            unit, user = self.one, self.user
            self.fields["contact_name"].initial = (unit and unit.contact_name) or user.name
            self.fields["contact_phone"].initial = (unit and unit.contact_phone) or user.mobile
        towns: Any = self.fields["divisions"]
        towns.queryset = townships(self.user.county, day)
        towns.initial = list(offer.divisions.all()) if offer.pk else []
        item = offer.items.first() if offer.pk else None
        self.fields["capacity"].initial = qty(item.capacity) if item else None
        self.fields["measure"].initial = item.measure if item else "次"

    def _prepare_unit(self) -> None:
        units = units_of(self.user)
        if self.user.holds("staff", "approver"):
            units = PartnerUnit.objects.filter(in_alliance(today()), county=self.user.county)
            self.fields["capacity"].help_text = "市级、省级单位的，写给本县的名额"
        few = [self.about.unit] if self.about.pk else list(units[:2])
        self.one: PartnerUnit | None = few[0] if len(few) == 1 else None
        if self.one is not None:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("standing"):
            data["valid_until"] = None
        elif not data.get("valid_until") and "valid_until" not in self.errors:
            self.add_error("valid_until", "请写有效期，或选“长期有效”")
        start, end = data.get("valid_from"), data.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", "结束日期不能早于开始日期")
        return data

    def written(self) -> tuple[PartnerUnit, dict[str, Any]]:
        """The unit, and the fields as ``actions.save_offer`` takes them."""
        data = dict(self.cleaned_data)
        unit: Any = data.pop("unit", None) or self.one
        data["lead_days"] = data["lead_days"] or 0
        return unit, data


class ReturnOfferForm(ActForm):
    """退回补充."""

    note = Words(
        label="还缺什么",
        max_length=500,
        widget=words_of(3, 500),
        help_text="提供单位会看到这句话",
        error_messages={"required": "退回补充要写明理由"},
    )


class NoteForm(ActForm):
    """A word that may be left out."""

    note = Words(label="说一句", max_length=500, required=False, widget=words_of(2, 500))


class RenewForm(ActForm):
    """续期."""

    valid_until = Day(label="新的有效期")

    def prepare(self) -> None:
        self.fields["valid_until"].initial = a_year_on(self.about)
        if self.about.valid_until:
            self.fields["valid_until"].help_text = f"现在到 {date_text(self.about.valid_until)}"


class ForOrganization(ActForm):
    """Asks for which organisation; who speaks for one alone is not asked. The field ``organization`` is the subclass's."""

    def organizations(self) -> QuerySet[Organization]:
        """Whom the user may name."""
        return organizations_to_ask_for(self.user)

    def _prepare_organization(self) -> None:
        rows = self.organizations()
        few = list(rows[: FEW + 1]) if not self.user.holds("staff", "approver") else []
        self.one: Organization | None = few[0] if len(few) == 1 else None
        if self.one is not None:
            del self.fields["organization"]
        elif 0 < len(few) <= FEW:
            self.fields["organization"] = forms.ModelChoiceField(
                rows, label=self.fields["organization"].label, empty_label="请选择"
            )
            self.order_fields(["organization"])

    def clean_organization(self) -> Organization:
        """The organisation meant by a name or a code."""
        given: Organization | str = self.cleaned_data["organization"]
        if isinstance(given, Organization):
            return given
        found = find_organizations(self.user, given)
        if len(found) != 1:
            raise forms.ValidationError(f"没有找到“{given}”，请写企业全称、简称或统一社会信用代码")
        return found[0]

    def chosen(self) -> dict[str, Any]:
        """What was typed, the organisation among it."""
        return {**self.cleaned_data, "organization": self.cleaned_data.get("organization") or self.one}


SPAN: dict[str, str] = {Period.MONTH: "月份", Period.QUARTER: "季度", Period.YEAR: "年份"}
SOON = 3  # working days ahead: the day a booking proposes when the offer asks for no more


class BookForm(ForOrganization):
    """预约: for whom, how much, which day."""

    organization = Words(label="预约单位", max_length=100)
    item = forms.ModelChoiceField(OfferItem.objects.none(), label="预约哪一项", empty_label=None)
    quantity = Quantity(label="预约多少")
    wanted_on = Day(label="哪一天")
    words = Words(
        label="说明情况",
        max_length=500,
        required=False,
        widget=words_of(3, 500, placeholder="例如：车间 30 人，想安排在下午"),
    )
    contact_phone = Phone(label="联系电话", required=False)

    def prepare(self) -> None:
        offer = self.about
        items = list(offer.items.select_related("offer"))
        if len(items) > 1:
            self.fields["item"].queryset = offer.items.all()  # type: ignore[attr-defined]
        else:
            del self.fields["item"]
        left = remaining(items, today())
        self.fields["quantity"].initial = "1"
        self.fields["quantity"].label = f"预约多少（{items[0].measure}）" if len(items) == 1 else "预约多少"
        parts = "、".join(f"{qty(max(left[i.pk], ZERO))} {i.measure}" for i in items)
        self.fields["quantity"].help_text = f"现在还剩 {parts}"
        earliest = add_working_days(today(), offer.lead_days).due
        proposed = add_working_days(today(), max(offer.lead_days, SOON)).due
        last = None if offer.standing else offer.valid_until
        self.fields["wanted_on"].initial = max(min(proposed, last or proposed), earliest)
        if offer.lead_days:
            self.fields[
                "wanted_on"
            ].help_text = f"要提前 {offer.lead_days} 个工作日，最早 {date_text(earliest)}"
        self.fields["contact_phone"].initial = self.user.mobile
        self._prepare_organization()

    def booked(self) -> dict[str, Any]:
        """What ``actions.book_offer`` takes, the organisation among it."""
        return self.chosen()


class TakePlaceForm(ActForm):
    """要: which day, now that a place is free."""

    wanted_on = Day(label="哪一天")

    def prepare(self) -> None:
        offer = self.about.offer_item.offer
        earliest = first_day(offer)
        self.fields["wanted_on"].initial = day_meant(self.about, offer) or earliest
        helps = []
        if period := kept_place(self.about):
            helps.append(f"给您留的是{period}的名额；换到别的{SPAN[offer.period]}，要看那时还有没有")
        if offer.lead_days:
            helps.append(f"要提前 {offer.lead_days} 个工作日，最早 {date_text(earliest)}")
        self.fields["wanted_on"].help_text = "。".join(helps)


class WaitForm(ForOrganization):
    """排队等候: for whom, how much; the day and the words may be left out."""

    organization = Words(label="排队单位", max_length=100)
    item = forms.ModelChoiceField(OfferItem.objects.none(), label="排哪一项", empty_label=None)
    quantity = Quantity(label="要多少")
    wanted_on = Day(label="最好哪一天", required=False)
    words = Words(label="说明情况", max_length=200, required=False, widget=words_of(2, 200))

    def organizations(self) -> QuerySet[Organization]:
        """Without those that stand in line already, while there are others."""
        rows = super().organizations()
        others = rows.exclude(pk__in=standing_in(self.about, rows))
        return others if others.exists() else rows

    def prepare(self) -> None:
        items = list(self.about.items.all())
        self.item = items[0]
        if len(items) > 1:
            self.fields["item"].queryset = self.about.items.all()  # type: ignore[attr-defined]
        else:
            del self.fields["item"]
            self.fields["quantity"].label = f"要多少（{items[0].measure}）"
        self.fields["quantity"].initial = "1"
        self._prepare_organization()

    def wished(self) -> dict[str, Any]:
        """What ``actions.join_waiting`` takes, the line of the offer among it."""
        return {"item": self.item, **self.chosen()}
