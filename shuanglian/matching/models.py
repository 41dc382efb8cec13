import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from pgvector.django import HalfVectorField

from shuanglian.core.clock import now
from shuanglian.core.models import Stamped
from shuanglian.matching.choices import FIXING, ChoiceKind, Miss

DIMENSIONS = 512
JOB_TAKES = dt.timedelta(minutes=10)  # a job that needs longer has failed


class OfferVector(models.Model):
    """What an offer means as a vector (the durable copy), and the mark by which every process notices a change.

    The database writes ``number`` and ``changed`` itself whenever the offer, one of its lines or its townships change
    (migration ``0001_vectors``), so no way of writing an offer is forgotten. ``changed`` is the number of the
    transaction: it orders changes safely although transactions commit in another order (``queries/following.py``).
    """

    offer = models.OneToOneField(
        "exchange.Offer", models.CASCADE, related_name="vector", primary_key=True, verbose_name="共享资源"
    )
    county = models.CharField("县", max_length=6)
    number = models.PositiveBigIntegerField("第几次变动", default=0)
    changed = models.BigIntegerField("第几次变化", default=0)
    vector = HalfVectorField("文本向量", dimensions=DIMENSIONS, null=True, blank=True)
    encoder = models.CharField("编码器版本", max_length=40, blank=True)
    digest = models.CharField("文本摘要", max_length=32, blank=True)  # of the text it was made of

    class Meta:
        ordering = ("pk",)
        verbose_name = "资源向量"
        constraints = (
            models.CheckConstraint(
                condition=Q(vector=None) | (~Q(encoder="") & ~Q(digest="")), name="vector_says_what_it_is_of"
            ),
        )
        indexes = (
            models.Index(fields=("county",), name="vector_of_county"),
            models.Index(fields=("changed",), name="vector_by_change"),
        )

    def __str__(self) -> str:
        return f"{self.offer_id}#{self.number}"


class Plan(Stamped):
    """The plan for all open needs of a county together, as it was last worked out: one row a county."""

    made_at = models.DateTimeField("算出时间", null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="计算人",
    )
    waiting_since = models.DateTimeField("正在计算", null=True, blank=True)  # a job is on its way
    # the offers that lines were compared with, and by what
    shelf = models.CharField("比对依据", max_length=32, blank=True)
    # what people did not fix and the county's own offers serve, beside first come, first served
    planned = models.PositiveIntegerField("已有建议", default=0)
    total = models.BigIntegerField("合适程度合计", default=0)
    first_planned = models.PositiveIntegerField("先来先得能安排", default=0)
    first_total = models.BigIntegerField("先来先得的合计", default=0)
    gap = models.BigIntegerField("最优性差距", default=0)

    class Meta:
        ordering = ("-pk",)
        verbose_name = "撮合方案"
        constraints = (models.UniqueConstraint(fields=("county",), name="plan_once_a_county"),)

    def __str__(self) -> str:
        return f"{self.county} {self.made_at or ''}"

    @property
    def is_waiting(self) -> bool:
        """Whether a job is comparing texts for it now."""
        return self.waiting_since is not None and now() - self.waiting_since < JOB_TAKES


class PlanLine(models.Model):
    """One line of a need in the plan: what could serve it, what is suggested, and why not the first choice."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="lines", verbose_name="方案")
    need_item = models.OneToOneField(
        "exchange.NeedItem", models.CASCADE, related_name="plan_line", verbose_name="需求明细"
    )
    due = models.DateField("期限", null=True, blank=True)
    digest = models.CharField("文字摘要", max_length=32)  # of the words that were compared
    sure = models.BooleanField("有把握", default=True)
    options = models.JSONField("可选的资源", default=list)  # [offer item, fit], best first
    above = models.JSONField("市级、省级的资源", default=list)  # the same, those that may be proposed
    offer_item = models.ForeignKey(
        "exchange.OfferItem",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="plan_lines",
        verbose_name="资源明细",
    )
    fit = models.FloatField("合适程度", null=True, blank=True)
    miss = models.CharField("没选第一名的原因", max_length=10, choices=Miss, blank=True)
    missed = models.BigIntegerField(
        "第一名", null=True, blank=True
    )  # an offer item, which may be gone by now
    holders = models.JSONField("谁在用第一名", default=list)  # lines of needs

    class Meta:
        ordering = (models.F("due").asc(nulls_last=True), "need_item_id")
        verbose_name = "方案明细"

    def __str__(self) -> str:
        return f"{self.need_item_id}→{self.offer_item_id}"


class PlanChoice(Stamped):
    """What staff decided about a line of the plan, kept when it is taken back."""

    need_item = models.ForeignKey(
        "exchange.NeedItem", models.CASCADE, related_name="plan_choices", verbose_name="需求明细"
    )
    kind = models.CharField("决定", max_length=10, choices=ChoiceKind)
    offer_item = models.ForeignKey(
        "exchange.OfferItem",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="plan_choices",
        verbose_name="资源明细",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")
    ended_at = models.DateTimeField("收回时间", null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = "方案改动"
        constraints = (
            models.UniqueConstraint(
                fields=("need_item",), condition=Q(ended_at=None, kind__in=FIXING), name="line_fixed_once"
            ),
            models.UniqueConstraint(
                fields=("need_item", "offer_item"),
                condition=Q(ended_at=None, kind=ChoiceKind.BAR),
                name="pair_barred_once",
            ),
            models.CheckConstraint(
                condition=Q(kind=ChoiceKind.LEAVE, offer_item=None)
                | (~Q(kind=ChoiceKind.LEAVE) & Q(offer_item__isnull=False)),
                name="choice_names_its_offer",
            ),
        )
        indexes = (models.Index(fields=("county", "-id"), name="choice_newest"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.need_item_id}"


class LexiconEntry(models.Model):
    """How the trade talks of one kind of service: what offers call it, and what people say who need it.

    The first entries are those that ship with the engine; the office corrects and adds. ``number`` counts the
    changes, so that their sum tells every process when to read the dictionary again.
    """

    key = models.CharField("编号", max_length=12, unique=True)
    category = models.CharField("类别", max_length=10)
    service = models.CharField("服务", max_length=60)
    words = models.TextField("资源里怎么写", help_text="一行一个")
    talk = models.TextField("企业怎么说", help_text="一行一句")
    number = models.PositiveIntegerField("第几次改", default=1, editable=False)
    in_use = models.BooleanField("使用中", default=True)

    class Meta:
        ordering = ("key",)
        verbose_name = "行话词条"
        constraints = (
            models.UniqueConstraint(
                fields=("service",), condition=Q(in_use=True), name="service_described_once"
            ),
        )

    def __str__(self) -> str:
        return self.service


class FittedWeights(models.Model):
    """One attempt to fit the few weights of the ranking to what people took and declined; used only when better."""

    made_at = models.DateTimeField("拟合时间", default=now)
    needs = models.PositiveIntegerField("用了多少项需求")
    values = models.JSONField("权重")  # as in the engine's weights.json
    before = models.FloatField("原来的 nDCG@5")
    after = models.FloatField("新的 nDCG@5")  # cross-validated
    in_use = models.BooleanField("更好，已启用")

    class Meta:
        ordering = ("-pk",)
        verbose_name = "推荐权重"

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"
