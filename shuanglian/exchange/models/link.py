"""How needs stand to each other: one repeats another, was split off from it, or is simply worth seeing beside it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from shuanglian.core.models import Stamped
from shuanglian.exchange.choices import LinkKind


class NeedLink(Stamped):
    """``need`` repeats ``other``, is a part of it, or is related to it. Two needs have one link at most."""

    need = models.ForeignKey("exchange.Need", models.CASCADE, related_name="links", verbose_name="需求")
    other = models.ForeignKey(
        "exchange.Need", models.CASCADE, related_name="links_back", verbose_name="另一项需求"
    )
    kind = models.CharField("关系", max_length=10, choices=LinkKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        ordering = ("pk",)
        verbose_name = "需求关联"
        constraints = (
            models.CheckConstraint(condition=~Q(need=F("other")), name="need_link_leads_elsewhere"),
            models.UniqueConstraint(Least("need", "other"), Greatest("need", "other"), name="need_link_once"),
        )

    def __str__(self) -> str:
        return f"{self.need_id} {self.get_kind_display()} {self.other_id}"
