"""Who did what, and the seal on it."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField
from django.db import models

from shuanglian.core.clock import now


class Entry(models.Model):
    """One line of history: who did which verb to what, on whose behalf, and what changed.

    Append-only: a database trigger refuses UPDATE, DELETE and TRUNCATE (migration ``0002_history_is_sealed``).
    """

    when = models.DateTimeField(default=now, editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    behalf = models.CharField(max_length=60, blank=True)
    verb = models.CharField(max_length=60)
    kind = models.ForeignKey(ContentType, models.PROTECT, related_name="+", db_index=False)
    object_id = models.PositiveBigIntegerField()
    changes = models.JSONField(default=dict)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("kind", "object_id", "-id"), name="entry_of_object"),)

    def __str__(self) -> str:
        return f"{self.verb} {self.kind_id}#{self.object_id}"


class Seal(models.Model):
    """The hash that chains what one transaction recorded to what was sealed before it; written by the database at commit.

    ``lines`` are the numbers of the entries, ``digests`` theirs in the same order, 32 bytes each: so a line that was changed
    later can be named. Older seals cover one ``entry`` and are chained over its text.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="seal", null=True)
    lines = ArrayField(BigIntegerRangeField(), null=True)
    digests = models.BinaryField(null=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(entry__isnull=False, lines=None, digests=None)
                | models.Q(entry=None, lines__isnull=False, digests__isnull=False),
                name="seal_of_a_line_or_of_several",
            ),
        )

    def __str__(self) -> str:
        return self.digest


class ChainHead(models.Model):
    """The one row that says how many lines are sealed and what the newest digest is; written by the database with the seal.

    The next seal is chained to it, so that newest lines removed together with their seals are missed.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    sealed = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="chainhead_is_one"),)

    def __str__(self) -> str:
        return f"{self.sealed} {self.digest}"
