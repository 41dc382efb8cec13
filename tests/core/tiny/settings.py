import os
from pathlib import Path

from shuanglian.core.embedded.places import Places

VAR = ASSETS = Path(os.environ["SHUANGLIAN_VAR"])
SECRET_KEY = "tiny"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shuanglian",
        "USER": "shuanglian",
        "HOST": str(Places.of(VAR).sockets),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": True},
    }
}
INSTALLED_APPS = ["tests.core.tiny"]
ROOT_URLCONF = "tests.core.tiny.urls"
WSGI_APPLICATION = "tests.core.tiny.wsgi.application"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
