from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "shuanglian.core"
    label = "core"
    verbose_name = "内核"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Read the rooms that declare things: sentences of permission, reactions, jobs, registers."""
        autodiscover_modules("rules", "receivers", "tasks", "registers")
