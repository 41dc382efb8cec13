"""One settings module; everything that differs between places comes from the environment.

SHUANGLIAN_VAR      folder of everything that is written (default: var/ beside this project)
DATABASE_URL        an external PostgreSQL ≥ 15 with pgvector; default: the built-in one under SHUANGLIAN_VAR
SHUANGLIAN_SECRET   secret key; default: a private file under SHUANGLIAN_VAR, made on first start
SHUANGLIAN_FACTOR_KEYS  keys of second factors, the new one first, commas between; default: a private file likewise
SHUANGLIAN_ASSETS   folder of the built bundle (default: assets/ under SHUANGLIAN_VAR)
SHUANGLIAN_OFFICE   name of the office at first; later a word of the dictionary "office"
SHUANGLIAN_HTTPS=1  cookies travel over HTTPS only
SHUANGLIAN_HOSTS    comma-separated host names this server answers to
SHUANGLIAN_PROXIES  how many reverse proxies stand before this server (default 0); their word on addresses counts
SHUANGLIAN_DEMO=1   demonstration mode; SHUANGLIAN_DEBUG=1 development mode
"""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import django_stubs_ext

from shuanglian.core import embedded

django_stubs_ext.monkeypatch()

# A question encodes one short text: more threads than one only spin, at three times the CPU time (docs/adr/0013).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("SHUANGLIAN_VAR") or BASE / "var").absolute()
ASSETS = Path(os.environ.get("SHUANGLIAN_ASSETS") or VAR / "assets").absolute()
PRIVATE_FILES = VAR / "files"

DEBUG = os.environ.get("SHUANGLIAN_DEBUG") == "1"
SHUANGLIAN_DEMO = os.environ.get("SHUANGLIAN_DEMO") == "1"
SHUANGLIAN_COUNTY = "140921"
SHUANGLIAN_OFFICE = os.environ.get("SHUANGLIAN_OFFICE") or "定襄县委非公和社会组织工委"


def _secret(given: str | None, name: str) -> str:
    if given:
        return given
    path = VAR / "secrets" / name
    try:
        return path.read_text()
    except OSError:
        pass
    key = secrets.token_urlsafe(50)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key)
    except FileExistsError:
        return path.read_text()
    except OSError:
        return key  # an unwritable folder is reported by the command line, not here
    return key


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(query.pop("port", "") or parts.port or ""),
        "OPTIONS": {**query, "pool": {"min_size": 1, "max_size": 8, "timeout": 10}},
        "CONN_HEALTH_CHECKS": True,  # a pooled connection that died with its server is replaced, not handed out
    }


SECRET_KEY = _secret(os.environ.get("SHUANGLIAN_SECRET"), "secret_key")
DATABASES = {"default": _database(os.environ.get("DATABASE_URL") or embedded.address(VAR))}
ALLOWED_HOSTS = [h for h in os.environ.get("SHUANGLIAN_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in ALLOWED_HOSTS if "*" not in h]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "shuanglian.core",
    "shuanglian.accounts",
    "shuanglian.directory",
    "shuanglian.exchange",
    "shuanglian.matching",
    "shuanglian.web",
    "demo",
]
MIDDLEWARE = [
    "shuanglian.core.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shuanglian.accounts.middleware.ActingRole",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shuanglian.core.middleware.PlainSentences",
    "allauth.account.middleware.AccountMiddleware",  # last: its exceptions are its own to answer
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "shuanglian.core.render.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "shuanglian.web.shell.shell",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["shuanglian.accounts.backends.NameOrMobile"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "shuanglian.accounts.passwords.LongEnoughValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "mobile")},
    },
    {"NAME": "shuanglian.accounts.passwords.ThreeClassesValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"

SESSION_ENGINE = (
    "django.contrib.sessions.backends.db"  # docs/adr/0006: a cache per process would keep dead sessions
)
SESSION_COOKIE_AGE = 30 * 60  # idle time-out in seconds (handbook 3.8); renewed on every request
SESSION_SAVE_EVERY_REQUEST = False  # accounts.middleware renews it, at most once a minute
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "shuanglian.web.views.errors.stale_form"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("SHUANGLIAN_HTTPS") == "1"
X_FRAME_OPTIONS = "DENY"

# ---- sign-in: django-allauth beneath shuanglian.accounts (handbook 3.8) ----
ACCOUNT_ADAPTER = "shuanglian.accounts.backends.Entrance"
ACCOUNT_LOGIN_METHODS = {"username"}  # the backend takes a mobile number in the same box
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # asked for by allauth; nobody can sign up
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_FORMS = {
    "login": "shuanglian.accounts.forms.SignInForm",
    "change_password": "shuanglian.accounts.forms.ChangePasswordForm",
    "set_password": "shuanglian.accounts.forms.SetPasswordForm",
    "reauthenticate": "shuanglian.accounts.forms.ReauthenticateForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",  # an office, or a training room, shares one address
    "login_failed": "5/30m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("SHUANGLIAN_PROXIES", "0"))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "shuanglian.accounts.backends.SecondFactor"
MFA_FORMS = {
    "authenticate": "shuanglian.accounts.forms.CodeForm",
    "reauthenticate": "shuanglian.accounts.forms.CodeAgainForm",
    "activate_totp": "shuanglian.accounts.forms.ActivateCodeForm",
}
FACTOR_KEYS = _secret(os.environ.get("SHUANGLIAN_FACTOR_KEYS"), "factor_keys").split(",")
MFA_TOTP_ISSUER = "双链"
MFA_TOTP_TOLERANCE = 1
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # the cookie stays, so that an ended session can be told from none
# ---- end of sign-in ----

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {
            "MAX_ENTRIES": 100_000
        },  # it counts wrong passwords: at Django's 300 a flood would evict them
    },
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},  # per process: dictionaries only
}
STATIC_URL = "/assets/"
STATIC_ROOT = ASSETS
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/.+-[\w-]{8}\.\w+$"  # names that carry a hash never change
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024

LANGUAGE_CODE = "zh-hans"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

PROCRASTINATE_ON_APP_READY = None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
