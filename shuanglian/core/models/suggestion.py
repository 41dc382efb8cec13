"""What people say about the platform."""

from django.conf import settings
from django.db import models

from shuanglian.core.models.base import Stamped


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
