"""Bases every table shares, and the kernel's own tables: history, seals, words, days, numbers, files."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

from shuanglian.core.clock import now


class Stamped(models.Model):
    """A row of one county that knows when it was born and last touched."""

    county = models.CharField("县", max_length=6)
    created = models.DateTimeField("建立时间", default=now, editable=False)
    updated = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        abstract = True


class Entry(models.Model):
    """One line of history: who did which verb to what, on whose behalf, and what changed.

    Append-only: a database trigger refuses UPDATE, DELETE and TRUNCATE (migration ``0002_history_is_sealed``).
    """

    when = models.DateTimeField(default=now, editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    behalf = models.CharField(max_length=60, blank=True)
    verb = models.CharField(max_length=60)
    kind = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    changes = models.JSONField(default=dict)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("kind", "object_id", "-id"), name="entry_of_object"),)

    def __str__(self) -> str:
        return f"{self.verb} {self.kind_id}#{self.object_id}"


class Seal(models.Model):
    """The hash that chains one entry to the one sealed before it; written by the database at commit."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="seal")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.digest


class Term(models.Model):
    """One word of a dictionary (category, measure, …): data with dates, never code."""

    dictionary = models.SlugField("字典", max_length=40)
    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=60)
    note = models.CharField("说明", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)
    wordings = models.JSONField(default=list, editable=False)  # [from day or "", name, note], oldest first

    class Meta:
        ordering = ("dictionary", "position", "code")
        constraints = (models.UniqueConstraint(fields=("dictionary", "code"), name="term_once"),)

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A day that is not what its weekday says, or any day of a year whose holidays are published."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("要上班")
    note = models.CharField("说明", max_length=40, blank=True)

    class Meta:
        ordering = ("day",)
        verbose_name = "日历上的一天"

    def __str__(self) -> str:
        return self.day.isoformat()


class Counter(models.Model):
    """The last running number given out for one county, kind and year."""

    county = models.CharField(max_length=6)
    kind = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("county", "kind", "year"), name="counter_once"),)

    def __str__(self) -> str:
        return f"{self.kind}{self.year}-{self.last}"


class StoredFile(Stamped):
    """A file kept privately under ``var/files``; it is served only through the permission of its owner row."""

    kind = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    name = models.CharField("文件名", max_length=120)
    path = models.CharField(max_length=120, unique=True)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("kind", "object_id"), name="file_of_object"),)

    def __str__(self) -> str:
        return self.name


class ColumnChoice(models.Model):
    """Which columns of a register somebody wants to see; none chosen means the declared ones."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    register = models.SlugField(max_length=40)
    columns = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "register"), name="column_choice_once"),)

    def __str__(self) -> str:
        return self.register


class SavedView(models.Model):
    """A narrowed and sorted list that somebody comes back to, under a name of his own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    register = models.SlugField(max_length=40)
    name = models.CharField("名称", max_length=20)
    query = models.CharField(max_length=1000)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("user", "register", "name"), name="saved_view_once"),)

    def __str__(self) -> str:
        return self.name


class ImportState(models.TextChoices):
    """How far an import has come."""

    CHECKING = "checking", "正在校对"
    UNCLEAR = "unclear", "待对列"
    OPEN = "open", "待校对"
    WAITING = "waiting", "正在写入"
    WRITTEN = "written", "已写入"
    FAILED = "failed", "没有写入"
    DROPPED = "dropped", "已取消"
    UNDOING = "undoing", "正在撤回"
    UNDONE = "undone", "已撤回"


class ImportBatch(Stamped):
    """A sheet between preview and confirmation: who brought it, what was corrected, what became of it.

    ``layout`` says where the ledger stands in the sheet (see ``register.staging``). All lines of history that writing the
    sheet recorded have ids above ``first_entry`` and up to ``last_entry``; others may lie between them.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    register = models.SlugField(max_length=40)
    name = models.CharField("文件名", max_length=120)
    state = models.CharField("状态", max_length=10, choices=ImportState, default=ImportState.CHECKING)
    acted_as = models.JSONField(
        default=list
    )  # the assignments he acted under: a job sees what he saw, never more
    only_valid = models.BooleanField("跳过不能写入的行", default=True)
    layout = models.JSONField(default=dict)
    fixes = models.JSONField(default=dict)  # sheet row → column key → what was typed instead
    counts = models.JSONField(default=dict)  # rows of each kind
    problem = models.CharField(max_length=300, blank=True)  # why the sheet as a whole could not be used
    written = models.DateTimeField(null=True, blank=True)
    first_entry = models.BigIntegerField(default=0)
    last_entry = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("by", "register", "-id"), name="import_of_user"),)

    def __str__(self) -> str:
        return self.name


class ImportFile(models.Model):
    """The bytes of a sheet, apart from the batch so that nothing reads them by accident; removed after two days.

    ``stopped`` is said to a job that holds the batch: this row stays free while it works.
    """

    batch = models.OneToOneField(ImportBatch, models.CASCADE, related_name="file", primary_key=True)
    data = models.BinaryField()
    stopped = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.pk)


class ImportRow(models.Model):
    """One row of a sheet: its cells and what would become of it; once written, which row of the ledger it became.

    Written by COPY. The database does not check the reference: the check would cost as much as the row.
    """

    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="rows", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()  # in the sheet, from 1
    kind = models.CharField(max_length=8)  # see ``register.plan``
    cells = models.JSONField(default=list)  # as they came, from the first column on
    twin = models.PositiveIntegerField(default=0)  # the row of the sheet that says the same
    wrong = models.JSONField(default=dict)  # column key → reason, suggestion
    changes = models.JSONField(default=list)  # heading, before, after
    object_id = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("batch", "number")
        constraints = (models.UniqueConstraint(fields=("batch", "number"), name="import_row_once"),)

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.number}"


class KnownHeading(models.Model):
    """What somebody calls a column in his sheets, learned when he matched it by hand."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    register = models.SlugField(max_length=40)
    head = models.CharField(max_length=60)
    column = models.CharField(max_length=80)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("user", "register", "head"), name="known_heading_once"),
        )

    def __str__(self) -> str:
        return self.head


class ExportState(models.TextChoices):
    """How far an export has come."""

    WAITING = "waiting", "正在排队"
    RUNNING = "running", "正在生成"
    READY = "ready", "已做好"
    FAILED = "failed", "没有做成"
    DROPPED = "dropped", "已取消"
    EXPIRED = "expired", "已过期"


class Export(Stamped):
    """A long list that somebody asked for as a file: made by a job, kept for him alone, let go after two days.

    ``acted_as`` are the assignments he acted under when he asked: the job sees what he saw, never more.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    acted_as = models.JSONField(default=list)
    register = models.SlugField(max_length=40)
    query = models.CharField(max_length=1000, blank=True)  # the address of the list, without page
    form = models.CharField(max_length=4)  # xlsx or csv
    state = models.CharField("状态", max_length=10, choices=ExportState, default=ExportState.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    name = models.CharField("文件名", max_length=120)
    path = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField("大小", default=0)
    expires = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("by", "register", "-id"), name="export_of_user"),)
        constraints = (
            models.UniqueConstraint(
                fields=("by", "register", "query", "form"),
                condition=models.Q(state__in=("waiting", "running")),
                name="export_once_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Pace(models.TextChoices):
    """When a person wants to be told."""

    AT_ONCE = "at_once", "马上"
    DIGEST = "digest", "每天早上汇总"
    NEVER = "never", "不用提醒"


class Notice(models.Model):
    """One thing somebody is told, in the platform: at once, or with the next morning's digest."""

    county = models.CharField(max_length=6)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30)
    text = models.CharField(max_length=200)
    address = models.CharField(max_length=120)  # the page it leads to
    created = models.DateTimeField(default=now, editable=False)
    shown_from = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-shown_from", "-pk")
        indexes = (
            models.Index(
                fields=("user", "shown_from"), condition=models.Q(read_at=None), name="notice_unread"
            ),
            models.Index(fields=("user", "-shown_from", "-id"), name="notice_of_user"),
        )

    def __str__(self) -> str:
        return self.text


class NoticePreference(models.Model):
    """How one person wants to be told of one kind of thing; without a row the house's rule holds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=30)
    pace = models.CharField(max_length=10, choices=Pace)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("user", "kind"), name="notice_preference_once"),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.pace}"


class Suggestion(Stamped):
    """What somebody says about the platform, signed in or not, and the answer he gets within five working days."""

    body = models.TextField("意见建议", max_length=1000)
    contact = models.CharField("联系方式", max_length=60, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="谁提的",
    )
    answer_by = models.DateField("最晚答复")
    answer = models.TextField("答复", max_length=1000, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="答复人",
    )

    class Meta:
        ordering = ("-pk",)
        verbose_name = "意见建议"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(answered_on=None, answer="")
                | (models.Q(answered_on__isnull=False) & ~models.Q(answer="")),
                name="suggestion_answered_in_words",
            ),
        )
        indexes = (
            models.Index(
                fields=("county", "answer_by"), condition=models.Q(answered_on=None), name="suggestion_open"
            ),
        )

    def __str__(self) -> str:
        return self.body[:40]
