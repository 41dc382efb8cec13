"""Somebody asks: the need with its lines, how it ended and how it began again."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from shuanglian.core.models import Stamped
from shuanglian.exchange.choices import (
    Ending,
    NeedState,
    Outcome,
    Source,
    StateKind,
    Urgency,
    Visibility,
    ending_tone,
    ending_words,
)
from shuanglian.exchange.models.wording import state_name

SEEN_BY = ("entered_by", "source", "visibility", "organization")
CHOICES = ("category", "division", "urgency")
QUANTITY: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}


def _counting(name: str, *fields: str) -> models.Index:
    """An index that counts by itself: it holds who may see a row and every choice it can be narrowed by."""
    beside = tuple(column for column in (*SEEN_BY, *CHOICES) if column not in fields)
    return models.Index(fields=("county", *fields), include=beside, name=name)


class Need(Stamped):
    """One thing an enterprise or branch asks for. Number: XQ + year + running number of the county."""

    number = models.CharField("需求编号", max_length=16, blank=True)
    organization = models.ForeignKey(
        "directory.Organization", models.PROTECT, related_name="needs", verbose_name="提出单位"
    )
    branch = models.ForeignKey(
        "directory.PartyBranch",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="所属党组织",
    )
    division = models.ForeignKey(
        "directory.Division", models.PROTECT, related_name="+", verbose_name="所属乡镇"
    )
    category = models.CharField("需求类别", max_length=20, blank=True)  # a term of need_category
    title = models.CharField("需求标题", max_length=60, blank=True)
    detail = models.TextField("具体内容", max_length=1000, blank=True)
    visibility = models.CharField("公开范围", max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    urgency = models.CharField("紧急程度", max_length=10, choices=Urgency, default=Urgency.NORMAL)
    source = models.CharField("来源", max_length=14, choices=Source, default=Source.ENTERPRISE)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="提出人",
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="录入人"
    )
    contact_name = models.CharField("联系人", max_length=30, blank=True)
    contact_phone = models.CharField("联系电话", max_length=13, blank=True)
    expected_by = models.DateField("期望完成时间", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=NeedState, default=NeedState.DRAFT)
    submitted_at = models.DateTimeField("提出时间", null=True, blank=True)
    opened_at = models.DateTimeField("公布时间", null=True, blank=True)
    # of the form it was typed into: pressing the button twice makes one need
    token = models.UUIDField("表单编号", null=True, unique=True, editable=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name = "需求"
        constraints = (
            models.UniqueConstraint(
                fields=("county", "number"), condition=~Q(number=""), name="need_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state=NeedState.DRAFT) | (~Q(number="") & ~Q(title="") & ~Q(category="")),
                name="need_complete_when_submitted",
            ),
        )
        indexes = (
            _counting("need_hall", "state", "-opened_at", "-id"),
            _counting("need_by_category", "category", "state", "-opened_at", "-id"),
            _counting("need_by_division", "division", "state", "-opened_at", "-id"),
            models.Index(fields=("organization", "-id"), name="need_of_organization"),
            _counting("need_by_urgency", "urgency", "state", "-opened_at", "-id"),
            models.Index(fields=("county", "-opened_at", "-id"), name="need_newest"),
            models.Index(
                fields=("county", "submitted_at", "id"),
                condition=Q(state=NeedState.SUBMITTED),
                name="need_to_review",
            ),
            models.Index(
                fields=("-opened_at", "-id"),
                condition=Q(visibility=Visibility.PUBLIC, opened_at__isnull=False),
                name="need_newest_public",
            ),
            GinIndex(models.Func("title", "detail", function="exchange_pairs"), name="need_said"),
            models.Index(fields=("county", "-number", "-id"), name="need_by_county_number"),
            models.Index(fields=("number",), opclasses=("varchar_pattern_ops",), name="need_by_number"),
        )

    def __str__(self) -> str:
        return self.title or "（未填写）"

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """The state in the words for whoever reads."""
        return state_name(StateKind.NEED, self.state)


class NeedItem(models.Model):
    """One line of a need: what, how many, until when. A need has at least one."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="items", verbose_name="需求")
    position = models.PositiveSmallIntegerField("行", default=1)
    text = models.CharField("内容", max_length=100, blank=True)
    measure = models.CharField("单位", max_length=20, default="次")  # a term of measure
    requested = models.DecimalField("数量", **QUANTITY, default=1, validators=[MinValueValidator(0)])
    least_useful = models.DecimalField("最少有用数量", **QUANTITY, null=True, blank=True)
    due = models.DateField("要求完成时间", null=True, blank=True)

    class Meta:
        ordering = ("need_id", "position")
        verbose_name = "需求明细"
        constraints = (
            models.UniqueConstraint(fields=("need", "position"), name="need_item_position_once"),
            models.CheckConstraint(condition=Q(requested__gt=0), name="need_item_asks_something"),
        )

    def __str__(self) -> str:
        return self.text or str(self.need_id)


class Closure(Stamped):
    """How a need ended: outcome, on whose word, and why. Append-only; a reopened need gets another one."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="closures", verbose_name="需求")
    outcome = models.CharField("办理结果", max_length=10, choices=Outcome)
    ending = models.CharField("确认方式", max_length=10, choices=Ending)
    reason = models.TextField("说明", max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        ordering = ("-pk",)
        verbose_name = "办结"
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome=Outcome.FULFILLED) | Q(outcome=Outcome.PARTLY) | ~Q(reason=""),
                name="closure_unfulfilled_has_reason",
            ),
        )

    def __str__(self) -> str:
        return ending_words(self.outcome, self.ending)

    @property
    def was_done(self) -> bool:
        """Whether it was done at least in part; every other end is an answer, not a result."""
        return self.outcome in (Outcome.FULFILLED, Outcome.PARTLY)

    @property
    def tone(self) -> str:
        """The tone it is shown in."""
        return ending_tone(self.outcome, self.ending)


class Reopening(Stamped):
    """A closed need starts again, for a reason. Append-only."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="reopenings", verbose_name="需求")
    reason = models.TextField("理由", max_length=500)
    contests = models.BooleanField("对“暂不能办”有异议", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        ordering = ("-pk",)
        verbose_name = "重新办理"
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="reopening_has_reason"),)

    def __str__(self) -> str:
        return self.reason[:20]
