"""A unit shares something: the offer with its capacity per period."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from shuanglian.core.models import Stamped
from shuanglian.exchange.choices import (
    Availability,
    MatchOrigin,
    MatchState,
    OfferState,
    Period,
    StateKind,
    Visibility,
)
from shuanglian.exchange.models.need import QUANTITY, Need
from shuanglian.exchange.models.wording import state_name


class Offer(Stamped):
    """One thing a partner unit opens to others. Number: GX + year + running number of the county."""

    number = models.CharField("资源编号", max_length=16, blank=True)
    unit = models.ForeignKey(
        "directory.PartnerUnit", models.PROTECT, related_name="offers", verbose_name="提供单位"
    )
    category = models.CharField("资源类别", max_length=20, blank=True)  # a term of need_category
    title = models.CharField("资源名称", max_length=60, blank=True)
    detail = models.TextField("内容与条件", max_length=1000, blank=True)
    terms = models.CharField("适用对象和条件", max_length=200, blank=True)
    visibility = models.CharField("公开范围", max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    divisions = models.ManyToManyField(
        "directory.Division", blank=True, related_name="+", verbose_name="服务乡镇"
    )
    lead_days = models.PositiveSmallIntegerField("提前预约(工作日)", default=0)
    valid_from = models.DateField("有效期起", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    standing = models.BooleanField("长期有效", default=False)
    period = models.CharField("数量按", max_length=10, choices=Period, default=Period.TOTAL)
    contact_name = models.CharField("联系人", max_length=30, blank=True)
    contact_phone = models.CharField("联系电话", max_length=13, blank=True)
    state = models.CharField("状态", max_length=12, choices=OfferState, default=OfferState.DRAFT)
    availability = models.CharField("可预约", max_length=10, choices=Availability, default=Availability.OPEN)
    renewal_asked_for = models.DateField(
        "已提醒续期到", null=True, blank=True, editable=False
    )  # the end the unit was told of
    checked_on = models.DateField("核对日期", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="录入人"
    )
    published_at = models.DateTimeField("公布时间", null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = "共享资源"
        constraints = (
            models.UniqueConstraint(
                fields=("county", "number"), condition=~Q(number=""), name="offer_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.DRAFT) | (~Q(number="") & ~Q(title="") & ~Q(category="")),
                name="offer_complete_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gte=F("valid_from")),
                name="offer_ends_after_start",
            ),
        )
        indexes = (
            models.Index(fields=("county", "state", "-published_at", "-id"), name="offer_hall"),
            models.Index(fields=("county", "category", "state", "-published_at"), name="offer_by_category"),
            models.Index(fields=("unit", "-id"), name="offer_of_unit"),
        )

    def __str__(self) -> str:
        return self.title or "（未填写）"

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """The state in the words for whoever reads."""
        return state_name(StateKind.OFFER, self.state)


class OfferItem(models.Model):
    """One line of an offer: how much of what, for each period."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="items", verbose_name="共享资源")
    position = models.PositiveSmallIntegerField("行", default=1)
    text = models.CharField("内容", max_length=100, blank=True)
    measure = models.CharField("单位", max_length=20, default="次")
    capacity = models.DecimalField("数量", **QUANTITY, default=1)

    class Meta:
        ordering = ("offer_id", "position")
        verbose_name = "资源明细"
        constraints = (
            models.UniqueConstraint(fields=("offer", "position"), name="offer_item_position_once"),
            models.CheckConstraint(condition=Q(capacity__gte=0), name="offer_item_capacity_not_negative"),
        )

    def __str__(self) -> str:
        return self.text or str(self.offer_id)


class Match(Stamped):
    """A suggestion with its reasons, never a promise."""

    need_item = models.ForeignKey(
        "exchange.NeedItem", models.CASCADE, related_name="matches", verbose_name="需求明细"
    )
    offer_item = models.ForeignKey(
        OfferItem, models.CASCADE, null=True, blank=True, related_name="matches", verbose_name="资源明细"
    )
    unit = models.ForeignKey(
        "directory.PartnerUnit", models.CASCADE, related_name="matches", verbose_name="联盟单位"
    )
    fit = models.DecimalField("合适程度", max_digits=5, decimal_places=4, null=True, blank=True)
    confidence = models.DecimalField("把握", max_digits=5, decimal_places=4, null=True, blank=True)
    reasons = models.JSONField("理由", default=list)
    origin = models.CharField("来源", max_length=10, choices=MatchOrigin)
    state = models.CharField("状态", max_length=10, choices=MatchState, default=MatchState.SUGGESTED)
    decline_reason = models.CharField("谢绝理由", max_length=200, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = "商请认领"
        indexes = (models.Index(fields=("unit", "state"), name="match_of_unit"),)

    def __str__(self) -> str:
        return f"{self.need_item_id}→{self.unit_id}"

    @property
    def need(self) -> Need:
        """The need it is a suggestion for."""
        return self.need_item.need
