from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "shuanglian.directory"
    label = "directory"
    verbose_name = "组织底册"
    default_auto_field = "django.db.models.BigAutoField"
