from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "shuanglian.exchange"
    label = "exchange"
    verbose_name = "供需对接"
    default_auto_field = "django.db.models.BigAutoField"
