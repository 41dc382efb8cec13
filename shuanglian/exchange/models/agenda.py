"""What nobody claimed in its time goes to the quarterly meeting, and comes back with what was decided."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from shuanglian.core.models import Stamped
from shuanglian.exchange.choices import AgendaState


class AgendaItem(Stamped):
    """One need on the agenda of the meeting of a quarter; what is not dealt with waits for the next one."""

    need = models.ForeignKey("exchange.Need", models.CASCADE, related_name="agenda", verbose_name="需求")
    quarter = models.DateField("季度")  # its first day
    reason = models.CharField("为什么上会", max_length=200)
    state = models.CharField("议了没有", max_length=10, choices=AgendaState, default=AgendaState.WAITING)
    result = models.CharField("议定结果", max_length=300, blank=True)
    discussed_on = models.DateField("开会日期", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="列入人")

    class Meta:
        ordering = ("-pk",)
        verbose_name = "季度会议题"
        constraints = (
            models.UniqueConstraint(
                fields=("need",), condition=Q(state=AgendaState.WAITING), name="agenda_item_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(state=AgendaState.WAITING, result="", discussed_on=None)
                | (Q(state=AgendaState.DISCUSSED, discussed_on__isnull=False) & ~Q(result="")),
                name="agenda_item_discussed_in_words",
            ),
        )

    def __str__(self) -> str:
        return str(self.need)
