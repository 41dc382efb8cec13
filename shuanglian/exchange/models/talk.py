"""What is said about a need, and to whom it was passed on; and the printed lists, frozen as they were."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from shuanglian.core.models import Stamped
from shuanglian.exchange.choices import ListKind, MessageKind


class Message(Stamped):
    """A message, a note of progress, or an internal note of staff. Append-only."""

    need = models.ForeignKey("exchange.Need", models.CASCADE, related_name="messages", verbose_name="需求")
    commitment = models.ForeignKey(
        "exchange.Commitment",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name="认领",
    )
    kind = models.CharField("种类", max_length=10, choices=MessageKind, default=MessageKind.MESSAGE)
    body = models.TextField("内容", max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    behalf = models.CharField("代表谁", max_length=60, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = "留言和进展"
        indexes = (models.Index(fields=("need", "id"), name="message_of_need"),)

    def __str__(self) -> str:
        return self.body[:20]


class Referral(Stamped):
    """A need passed from one unit to another: a chain, never overwritten."""

    need = models.ForeignKey("exchange.Need", models.CASCADE, related_name="referrals", verbose_name="需求")
    from_unit = models.ForeignKey(
        "directory.PartnerUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="转出单位",
    )
    to_unit = models.ForeignKey(
        "directory.PartnerUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="转入单位",
    )
    reason = models.CharField("理由", max_length=200)
    answer = models.CharField(
        "答复",
        max_length=10,
        choices=[("", "等待答复"), ("accepted", "接受"), ("declined", "谢绝")],
        blank=True,
    )
    answer_reason = models.CharField("答复理由", max_length=200, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        ordering = ("pk",)
        verbose_name = "转办"
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="referral_has_reason"),)
        indexes = (models.Index(fields=("to_unit", "answer"), name="referral_to_unit"),)

    def __str__(self) -> str:
        return f"{self.from_unit_id}→{self.to_unit_id}"


class ListIssue(Stamped):
    """A dated, numbered issue of a list with its rows as they were. Append-only."""

    kind = models.CharField("清单", max_length=10, choices=ListKind)
    version = models.PositiveSmallIntegerField("期次")
    issued_on = models.DateField("印发日期")
    rows = models.JSONField("清单内容", default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        ordering = ("-issued_on", "-version")
        verbose_name = "印发清单"
        constraints = (models.UniqueConstraint(fields=("county", "kind", "version"), name="list_issue_once"),)

    def __str__(self) -> str:
        return f"《{self.get_kind_display()}》第{self.version}期"
