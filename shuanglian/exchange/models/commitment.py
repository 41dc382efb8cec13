"""A promise and what came of it: commitment, deliveries, the receiver's word, and how it was."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from shuanglian.core.models import Stamped
from shuanglian.exchange.choices import (
    CommitmentState,
    Confirmer,
    Mode,
    Satisfaction,
    Side,
    StateKind,
    Verdict,
)
from shuanglian.exchange.models.need import QUANTITY
from shuanglian.exchange.models.wording import state_name


class Commitment(Stamped):
    """A unit's promise for one line of a need (认领), or a booking of an offer (预约)."""

    number = models.CharField("对接编号", max_length=16)
    need = models.ForeignKey("exchange.Need", models.PROTECT, related_name="commitments", verbose_name="需求")
    need_item = models.ForeignKey(
        "exchange.NeedItem", models.PROTECT, related_name="commitments", verbose_name="需求明细"
    )
    offer_item = models.ForeignKey(
        "exchange.OfferItem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name="资源明细",
    )
    unit = models.ForeignKey(
        "directory.PartnerUnit",
        models.PROTECT,
        related_name="commitments",
        verbose_name="认领单位",
        db_index=False,  # commitment_held begins with it
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经办人",
    )
    quantity = models.DecimalField("数量", **QUANTITY)
    due = models.DateField("承诺时限", null=True, blank=True)
    plan = models.CharField("对接方案", max_length=300, blank=True)
    mode = models.CharField("认领方式", max_length=10, choices=Mode)
    state = models.CharField("状态", max_length=10, choices=CommitmentState)
    period_start = models.DateField(
        "所占周期起始日", null=True, blank=True
    )  # the offer's period this quantity counts against
    contacted_on = models.DateField("首次对接日期", null=True, blank=True)
    reported_on = models.DateField("报办结日期", null=True, blank=True)
    over_commit = models.BooleanField("经批准超量", default=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name = "对接"
        constraints = (
            models.UniqueConstraint(fields=("county", "number"), name="commitment_number_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="commitment_promises_something"),
        )
        indexes = (
            models.Index(fields=("need", "state"), name="commitment_of_need"),
            models.Index(fields=("unit", "state", "-id"), name="commitment_of_unit"),
            models.Index(fields=("unit", "need"), name="commitment_held"),
            models.Index(fields=("offer_item", "period_start"), name="commitment_of_offer"),
            models.Index(fields=("county", "-number", "-id"), name="commitment_by_number"),
            models.Index(
                fields=("unit", "-updated", "-id"),
                condition=Q(state=CommitmentState.FINISHED),
                name="commitment_finished",
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """The state in the words for whoever reads."""
        return state_name(StateKind.COMMITMENT, self.state)


class Delivery(Stamped):
    """Something was done. Append-only: a mistake is mended by another row that corrects it."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="deliveries", verbose_name="认领")
    quantity = models.DecimalField("数量", **QUANTITY)
    happened_on = models.DateField("日期")
    note = models.TextField("办理情况", max_length=1000, blank=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name="更正哪一次"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        ordering = ("pk",)
        verbose_name = "办理结果"
        constraints = (
            models.CheckConstraint(
                condition=Q(quantity__gt=0) | Q(corrects__isnull=False),
                name="delivery_negative_only_corrects",
            ),
        )

    def __str__(self) -> str:
        return f"{self.commitment_id}: {self.quantity}"


class Confirmation(Stamped):
    """The receiver's word on a delivery. Append-only; one for each delivery."""

    delivery = models.OneToOneField(
        Delivery, models.PROTECT, related_name="confirmation", verbose_name="办理情况"
    )
    confirmer = models.CharField("确认方", max_length=10, choices=Confirmer)
    verdict = models.CharField("意见", max_length=10, choices=Verdict)
    accepted = models.DecimalField("认可数量", **QUANTITY)
    complete = models.BooleanField("到此为止", default=False)
    note = models.TextField("说明", max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        ordering = ("pk",)
        verbose_name = "办理确认"
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict=Verdict.NOT_YET, accepted=0) | ~Q(verdict=Verdict.NOT_YET),
                name="confirmation_not_yet_accepts_nothing",
            ),
        )

    def __str__(self) -> str:
        return (
            self.get_confirmer_display()
            if self.confirmer == Confirmer.SILENCE
            else self.get_verdict_display()
        )


class Feedback(Stamped):
    """How it was, from each side once. Words about the matter, never about a person."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="feedback", verbose_name="认领")
    side = models.CharField("哪一方", max_length=10, choices=Side)
    satisfaction = models.CharField("评价", max_length=14, choices=Satisfaction)
    words = models.TextField("说几句", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        ordering = ("pk",)
        verbose_name = "评价"
        constraints = (models.UniqueConstraint(fields=("commitment", "side"), name="feedback_once_a_side"),)

    def __str__(self) -> str:
        return self.get_satisfaction_display()
