"""Files kept privately."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

from shuanglian.core.models.base import Stamped


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
