"""Sheets on their way in, row by row."""

from collections.abc import Iterator

from django.conf import settings
from django.db import models
from django.db.models.functions import Substr

from shuanglian.core.models.base import Stamped


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

    ``layout`` says where the ledger stands in the sheet (see ``register.imports.staging``). All lines of history that writing the
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
    ground = models.CharField(
        max_length=64, blank=True
    )  # what its new rows were decided on, see ``register.imports.ground``

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

    PIECE = 1 << 20  # bytes

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.pk)

    def pieces(self) -> Iterator[bytes]:
        """The bytes in their order, never many at once."""
        own = ImportFile.objects.filter(pk=self.pk)
        first = 1
        while piece := bytes(own.values_list(Substr("data", first, self.PIECE), flat=True).get()):
            yield piece
            first += self.PIECE


class ImportRow(models.Model):
    """One row of a sheet: its cells and what would become of it, or became: ``object_id`` is its key in the ledger, kept
    free for a new row that is decided already.

    Written by COPY. The database does not check the reference: the check would cost as much as the row.
    """

    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="rows", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()  # in the sheet, from 1
    kind = models.CharField(max_length=8)  # see ``register.imports.line``
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


class ImportPiece(models.Model):
    """The new rows of one piece of a sheet as they would stand in the ledger (``many.packed``), until they are written."""

    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="pieces", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()  # of its last row in the sheet
    rows = models.TextField()

    class Meta:
        ordering = ("batch", "number")
        constraints = (models.UniqueConstraint(fields=("batch", "number"), name="import_piece_once"),)

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
