"""What people are told, and how they want to be told."""

from django.conf import settings
from django.db import models

from shuanglian.core.clock import now


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
