"""Around the promises: who waits for a place, who looked at a contact, ready-made replies, checks before a step."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from shuanglian.core.models import Stamped
from shuanglian.exchange.choices import CheckStep, Occasion, WaitingState
from shuanglian.exchange.models.need import QUANTITY


class Waiting(Stamped):
    """An organisation waits for a place of an offer that is used up; the next in line is asked, never booked.

    While it is asked a place is kept for it (``exchange/queries/ledger.py``).
    """

    offer_item = models.ForeignKey(
        "exchange.OfferItem", models.CASCADE, related_name="waiting", verbose_name="资源明细"
    )
    organization = models.ForeignKey(
        "directory.Organization", models.PROTECT, related_name="+", verbose_name="组织"
    )
    quantity = models.DecimalField("数量", **QUANTITY, default=1)
    wanted_on = models.DateField("希望日期", null=True, blank=True)
    words = models.CharField("说明", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=WaitingState, default=WaitingState.WAITING)
    answer_by = models.DateField("答复截止", null=True, blank=True)
    # Of the place that is kept while asked.
    period_start = models.DateField("名额所在期", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        ordering = ("pk",)
        verbose_name = "排队"
        constraints = (
            models.UniqueConstraint(
                fields=("offer_item", "organization"),
                condition=Q(state__in=("waiting", "asked")),
                name="waiting_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="asked") | Q(answer_by__isnull=False, period_start__isnull=False),
                name="waiting_asked_for_a_place",
            ),
        )
        indexes = (models.Index(fields=("offer_item", "state", "id"), name="waiting_line"),)

    def __str__(self) -> str:
        return str(self.offer_item)


class ContactLook(Stamped):
    """Somebody opened a contact that is masked for others. Append-only."""

    need = models.ForeignKey(
        "exchange.Need", models.CASCADE, related_name="contact_looks", verbose_name="需求"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        ordering = ("-pk",)
        verbose_name = "查看联系电话"

    def __str__(self) -> str:
        return f"{self.by_id}→{self.need_id}"


class ReplyTemplate(Stamped):
    """A ready-made sentence for staff and handlers, per occasion and perhaps category."""

    occasion = models.CharField("用在", max_length=10, choices=Occasion)
    category = models.CharField("类别", max_length=20, blank=True)
    title = models.CharField("名称", max_length=30)
    body = models.CharField("内容", max_length=300)
    position = models.PositiveSmallIntegerField("次序", default=0)
    ended_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        ordering = ("occasion", "position", "pk")
        verbose_name = "答复范本"

    def __str__(self) -> str:
        return self.title


class StepCheck(Stamped):
    """A plain check before a step, for one category or all; a change of its words is another version."""

    step = models.CharField("环节", max_length=10, choices=CheckStep)
    category = models.CharField("类别", max_length=20, blank=True)  # empty: every category
    text = models.CharField("核对什么", max_length=60)
    required = models.BooleanField("必须核对", default=False)
    position = models.PositiveSmallIntegerField("次序", default=0)
    version = models.PositiveSmallIntegerField("版本", default=1)
    ended_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        ordering = ("step", "position", "pk")
        verbose_name = "办前核对"

    def __str__(self) -> str:
        return self.text
