"""The project's settings in a folder of their own: tests never touch what somebody works with."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("SHUANGLIAN_VAR", str(ROOT / "var" / "test"))
os.environ.setdefault("SHUANGLIAN_SECRET", "test-only-secret-key-0123456789-0123456789-0123456789")
os.environ.setdefault("SHUANGLIAN_FACTOR_KEYS", "test-only-factor-key-0123456789-0123456789")
os.environ.setdefault("SHUANGLIAN_ASSETS", str(ROOT / "var" / "assets"))

from config.settings import *  # noqa: E402, F403

DATABASES["default"]["OPTIONS"].pop("pool")  # noqa: F405  -- a test changes databases; each thread connects for itself
ALLOWED_HOSTS += ["testserver"]  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
