from django.db import models
from django.db.models import Q
from pgvector.django import HalfVectorField

DIMENSIONS = 512


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
    changed = models.BigIntegerField(default=0)
    vector = HalfVectorField(dimensions=DIMENSIONS, null=True, blank=True)
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
