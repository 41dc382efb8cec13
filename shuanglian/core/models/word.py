"""What the house looks up: words, days, running numbers."""

from django.db import models


class Term(models.Model):
    """One word of a dictionary (category, measure, …): data with dates, never code."""

    dictionary = models.SlugField("字典", max_length=40)
    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=60)
    note = models.CharField("说明", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)
    wordings = models.JSONField(default=list, editable=False)  # [from day or "", name, note], oldest first

    class Meta:
        ordering = ("dictionary", "position", "code")
        constraints = (models.UniqueConstraint(fields=("dictionary", "code"), name="term_once"),)

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A day that is not what its weekday says, or any day of a year whose holidays are published."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("要上班")
    note = models.CharField("说明", max_length=40, blank=True)

    class Meta:
        ordering = ("day",)
        verbose_name = "日历上的一天"

    def __str__(self) -> str:
        return self.day.isoformat()


class Counter(models.Model):
    """The last running number given out for one county, kind and year."""

    county = models.CharField(max_length=6)
    kind = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("county", "kind", "year"), name="counter_once"),)

    def __str__(self) -> str:
        return f"{self.kind}{self.year}-{self.last}"
