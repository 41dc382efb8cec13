from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from shuanglian.core.models import Stamped
from shuanglian.core.searching import Pieces
from shuanglian.directory.choices import (
    BranchKind,
    HeadcountBand,
    Level,
    OrganizationKind,
    Registration,
    SecretaryBackground,
    UnitKind,
    UnitLevel,
)


class Division(models.Model):
    """An administrative division with its code; old names live on as aliases for imports (handbook 3.2)."""

    code = models.CharField("代码", max_length=9, unique=True)
    name = models.CharField("名称", max_length=40)
    level = models.CharField("级别", max_length=12, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级区划"
    )
    aliases = models.JSONField("旧名", default=list, blank=True)
    ended_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        ordering = ("code",)
        verbose_name = "行政区划"

    def __str__(self) -> str:
        return self.name


class Organization(Stamped):
    """An enterprise or social organisation. Key: its unified social credit code; people only as contact."""

    name = models.CharField("组织名称", max_length=100)
    short_name = models.CharField("简称", max_length=30, blank=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    uscc_doubtful = models.BooleanField("信用代码待核对", default=False, editable=False)
    kind = models.CharField("组织类别", max_length=24, choices=OrganizationKind)
    industry_code = models.CharField("行业代码", max_length=4, blank=True)
    industry_version = models.PositiveSmallIntegerField("行业分类年版", default=2017)
    is_forging = models.BooleanField("是否锻造企业", default=False)
    forging_reason = models.CharField("锻造认定说明", max_length=100, blank=True)
    is_scaled = models.BooleanField("是否规模以上", default=False)
    division = models.ForeignKey(
        Division, models.PROTECT, related_name="+", verbose_name="所属乡镇", db_index=False
    )
    address = models.CharField("注册地址", max_length=120, blank=True)
    headcount_band = models.CharField("从业人员数(档)", max_length=10, choices=HeadcountBand, blank=True)
    registration = models.CharField(
        "登记状态", max_length=10, choices=Registration, default=Registration.ACTIVE
    )
    member_count = models.PositiveIntegerField("党员数(合计)", default=0)
    contact_name = models.CharField("联系人", max_length=30, blank=True)
    contact_phone = models.CharField("联系电话", max_length=13, blank=True)
    source = models.CharField("数据来源", max_length=60, blank=True)
    checked_on = models.DateField("核对日期", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="核对人",
        db_index=False,
    )
    note = models.CharField("备注", max_length=200, blank=True)
    # entered twice: this row is kept only so that old addresses and its history lead to the one that stays
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="并入",
        editable=False,
        db_index=False,
    )
    pinyin = models.CharField("全拼", max_length=200, editable=False)
    initials = models.CharField("拼音首字母", max_length=60, editable=False)

    class Meta:
        ordering = ("pinyin", "pk")
        verbose_name = "企业和社会组织"
        constraints = (
            models.UniqueConstraint(
                fields=("county", "uscc"),
                condition=~Q(uscc="") & Q(merged_into=None),
                name="organization_uscc_once",
            ),
            models.CheckConstraint(
                condition=Q(registration=Registration.MERGED, merged_into__isnull=False)
                | (~Q(registration=Registration.MERGED) & Q(merged_into=None)),
                name="organization_merged_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(is_forging=False)
                | Q(industry_code="3393", industry_version=2017)
                | ~Q(forging_reason=""),
                name="organization_forging_has_ground",
            ),
        )
        indexes = (
            models.Index(fields=("county", "pinyin", "id"), name="organization_by_name"),
            models.Index(fields=("county", "division", "pinyin"), name="organization_by_division"),
            models.Index(fields=("county", "kind", "id"), name="organization_by_kind"),
            # rows of a sheet are known by their name or their code
            models.Index(fields=("county", "name"), name="organization_named"),
            models.Index(fields=("county", "uscc"), name="organization_coded"),
            GinIndex(Pieces("name", "short_name", "uscc", "initials"), name="organization_said"),
            # few are merged or were checked by somebody: the others cost nothing
            models.Index(
                fields=("merged_into",), condition=Q(merged_into__isnull=False), name="organization_merged"
            ),
            models.Index(
                fields=("checked_by",), condition=Q(checked_by__isnull=False), name="organization_checker"
            ),
            models.Index(
                F("county"),
                F("checked_on").desc(nulls_last=True),
                F("id").desc(),
                name="organization_by_check",
            ),
        )

    def __str__(self) -> str:
        return self.name


class NotSame(Stamped):
    """Somebody looked at two organisations that look alike: they are two. They are not shown together again."""

    first = models.ForeignKey(Organization, models.CASCADE, related_name="+", verbose_name="第一家")
    second = models.ForeignKey(Organization, models.CASCADE, related_name="+", verbose_name="第二家")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        ordering = ("pk",)
        verbose_name = "不是同一家"
        constraints = (
            models.UniqueConstraint(fields=("first", "second"), name="not_same_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="not_same_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.first_id}≠{self.second_id}"


class PartyBranch(Stamped):
    """A party organisation: independent or joint, with its term and the secretary's background. No roster."""

    name = models.CharField("党组织全称", max_length=100)
    code = models.CharField("党组织代码", max_length=20, blank=True)
    kind = models.CharField("类别", max_length=12, choices=BranchKind)
    superior = models.CharField("上级党组织", max_length=60, blank=True)
    hosts = models.ManyToManyField(Organization, through="BranchHost", related_name="branches")
    full_members = models.PositiveIntegerField("正式党员数", default=0)
    probationary_members = models.PositiveIntegerField("预备党员数", default=0)
    founded_on = models.DateField("成立日期", null=True, blank=True)
    approval_no = models.CharField("批复文号", max_length=40, blank=True)
    secretary_name = models.CharField("书记姓名", max_length=30, blank=True)
    secretary_background = models.CharField(
        "书记身份", max_length=24, choices=SecretaryBackground, blank=True
    )
    deputy_name = models.CharField("副书记姓名", max_length=30, blank=True)
    term_start = models.DateField("本届起始日期", null=True, blank=True)
    term_years = models.PositiveSmallIntegerField("任期(年)", default=3)
    extended_to = models.DateField("延期换届至", null=True, blank=True)  # as the superior approved
    # the end of the term that staff and the secretary were last told of, half a year ahead and when it was over
    told_ahead_of = models.DateField("已提前提醒的到期日", null=True, blank=True, editable=False)
    told_over_of = models.DateField("已提醒逾期的到期日", null=True, blank=True, editable=False)
    place = models.CharField("活动场所", max_length=100, blank=True)
    phone = models.CharField("联系电话", max_length=13, blank=True)
    ended_on = models.DateField("撤销日期", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    pinyin = models.CharField("全拼", max_length=200, editable=False)
    initials = models.CharField("拼音首字母", max_length=60, editable=False)

    class Meta:
        ordering = ("pinyin", "pk")
        verbose_name = "党组织"
        constraints = (
            models.UniqueConstraint(
                fields=("county", "code"), condition=~Q(code=""), name="branch_code_once"
            ),
        )
        indexes = (models.Index(fields=("county", "pinyin", "id"), name="branch_by_name"),)

    def __str__(self) -> str:
        return self.name


class BranchHost(Stamped):
    """An organisation covered by a branch, from a day to a day: one for independent, several for joint."""

    branch = models.ForeignKey(PartyBranch, models.PROTECT, related_name="host_rows", verbose_name="党组织")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="host_rows", verbose_name="组织"
    )
    starts = models.DateField("起始日期")
    ends = models.DateField("结束日期", null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = "党组织覆盖"
        constraints = (
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("starts")), name="host_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=("branch", "organization"), condition=Q(ends=None), name="host_once_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.branch_id}:{self.organization_id}"


class PartnerUnit(Stamped):
    """A department, school, bank or body of the alliance that shares offers and claims needs.

    A unit of the city or the province is no member: staff of the county write down what it opens to the county, where
    that is said (``source``), and what it answers. It has no duties here, so no need is routed to it.
    """

    name = models.CharField("单位名称", max_length=60)
    short_name = models.CharField("简称", max_length=20, blank=True)
    kind = models.CharField("单位类别", max_length=12, choices=UnitKind)
    level = models.CharField("级别", max_length=12, choices=UnitLevel, default=UnitLevel.COUNTY)
    source = models.CharField("从哪里知道的", max_length=100, blank=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所在乡镇"
    )
    duty = models.CharField("职能", max_length=300, blank=True)
    monthly_capacity = models.PositiveSmallIntegerField("每月最多承接(项)", null=True, blank=True)
    contact_name = models.CharField("联系人", max_length=30, blank=True)
    contact_phone = models.CharField("联系电话", max_length=13, blank=True)
    joined_on = models.DateField("加入日期", null=True, blank=True)
    left_on = models.DateField("退出日期", null=True, blank=True)
    pinyin = models.CharField("全拼", max_length=200, editable=False)
    initials = models.CharField("拼音首字母", max_length=60, editable=False)

    class Meta:
        ordering = ("pinyin", "pk")
        verbose_name = "联盟单位"
        constraints = (
            models.UniqueConstraint(fields=("county", "name"), name="unit_name_once"),
            models.CheckConstraint(
                condition=Q(level=UnitLevel.COUNTY) | ~Q(source=""), name="unit_outside_has_source"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_outside(self) -> bool:
        """Whether it is a unit of the city or the province, which the office speaks to and answers for."""
        return self.level != UnitLevel.COUNTY


class Mandate(Stamped):
    """A category of needs that belongs to a unit's duties: the main one routes, the others may help."""

    unit = models.ForeignKey(PartnerUnit, models.CASCADE, related_name="mandates", verbose_name="联盟单位")
    category = models.CharField("类别", max_length=20)  # a term of the dictionary need_category
    is_main = models.BooleanField("主责", default=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = "职能"
        constraints = (models.UniqueConstraint(fields=("unit", "category"), name="mandate_once"),)
        indexes = (models.Index(fields=("county", "category"), name="mandate_by_category"),)

    def __str__(self) -> str:
        return f"{self.unit_id}:{self.category}"
