"""How one person likes his lists, and the long ones he had made."""

from django.conf import settings
from django.db import models

from shuanglian.core.models.base import Stamped


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
