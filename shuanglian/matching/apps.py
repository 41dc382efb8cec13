from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "shuanglian.matching"
    label = "matching"
    verbose_name = "供需匹配"
    default_auto_field = "django.db.models.BigAutoField"
