"""Secrets of authenticators are encrypted; sessions end when an administrator switches a second factor off."""

from django.db import migrations, models

from shuanglian.core import cipher


def closed(apps, change):
    for row in apps.get_model("mfa", "Authenticator").objects.order_by("pk"):
        row.data = {k: change(v) if k in ("secret", "seed") else v for k, v in row.data.items()}
        row.save(update_fields=["data"])


def encrypt(apps, schema_editor):
    closed(apps, lambda kept: cipher.encrypt(cipher.decrypt(kept)))


def decrypt(apps, schema_editor):
    closed(apps, cipher.decrypt)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_scope_is_named"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [
        migrations.AddField(
            "user",
            "must_have_second_factor",
            models.BooleanField(default=False, editable=False, verbose_name="须开启两步验证"),
        ),
        migrations.AddField(
            "user",
            "sessions_ended",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="全部登录退出时间"),
        ),
        migrations.RunPython(encrypt, decrypt),
    ]
