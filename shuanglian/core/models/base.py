"""What every table shares."""

from django.db import models

from shuanglian.core.clock import now


class Stamped(models.Model):
    """A row of one county that knows when it was born and last touched."""

    county = models.CharField("县", max_length=6)
    created = models.DateTimeField("建立时间", default=now, editable=False)
    updated = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        abstract = True
