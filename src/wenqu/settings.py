"""The one settings file. Every setting that a county may change is read from the environment here."""

from __future__ import annotations

import secrets
from pathlib import Path

import dj_database_url

from wenqu.kit import env

PACKAGE = Path(__file__).resolve().parent
# Everything that the product writes lives in one folder: database, uploads, runs, exports.
DATA_DIR = Path(env.text("WENQU_DATA", str(Path.cwd() / "var"))).resolve()
RUNS_DIR = DATA_DIR / "runs"
UPLOADS_DIR = DATA_DIR / "uploads"
RESULTS_DIR = DATA_DIR / "results"
# Opened files of one job, readable by nobody else and swept at the start.
WORK_DIR = DATA_DIR / "work"
# The second copy of the audit log, as JSON lines.
AUDIT_DIR = Path(env.text("WENQU_AUDIT_DIR", str(DATA_DIR / "audit"))).resolve()
# The keys of personal data: outside the database, and in service outside its folder too.
KEYS_FILE = Path(env.text("WENQU_KEYS", str(DATA_DIR / "keys.json"))).resolve()
KEYS_GIVEN = bool(env.text("WENQU_KEYS"))
CIPHER = env.choice("WENQU_CIPHER", "aes-256-gcm", ("aes-256-gcm", "sm4-gcm"))
# The demo's accounts are public; only a server started for the demo lets them in without a second factor.
DEMO = env.flag("WENQU_DEMO", False)


def _secret_key() -> str:
    """The signing key: from the environment, else made once and kept beside the database."""
    given = env.text("WENQU_SECRET_KEY")
    if given:
        return given
    kept = DATA_DIR / "secret_key"
    if not kept.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = env.flag("WENQU_DEBUG", False)
ALLOWED_HOSTS = env.words("WENQU_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("WENQU_ORIGINS", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_tasks_db",
    "wenqu.kit",
    "wenqu.places",
    "wenqu.people",
    "wenqu.jobs",
    "wenqu.importing",
    "wenqu.households",
    "wenqu.schemes",
    "wenqu.facts",
    "wenqu.ledger",
    "wenqu.judging",
    "wenqu.registers",
    "wenqu.reports",
    "wenqu.web",
    "wenqu.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "wenqu.web.middleware.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wenqu.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "wenqu.web.middleware.SignedInWithArea",
    "wenqu.web.middleware.ReadsDoNotWrite",
    "django.contrib.messages.middleware.MessageMiddleware",
    "wenqu.web.middleware.RefusalPage",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "wenqu.urls"
WSGI_APPLICATION = "wenqu.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "wenqu.web.context.shell",
            ],
        },
    }
]

DATABASES = {"default": dj_database_url.parse(env.text("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'wenqu.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A transaction that will write takes the write lock at once: no upgrade can fail half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-65536;"
            "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "places.Account"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
CSRF_FAILURE_VIEW = "wenqu.web.views.errors.csrf_failure"
LOGIN_URL = "web:sign-in"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("WENQU_HTTPS", False)
SESSION_COOKIE_AGE = 12 * 3600

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = "wenqu.web.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("WENQU_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
# Vendored files carry their version in their path.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/web/vendor/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
UPLOAD_LIMIT_BYTES = env.whole("WENQU_UPLOAD_MB", 200, low=1, high=4096) * 1024 * 1024

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# Looks at whole numbers a person may take in an hour; looks outside one's area in a day, and how long each stays open.
REVEALS_PER_HOUR = env.whole("WENQU_REVEALS_PER_HOUR", 60, low=1, high=10000)
GLASS_PER_DAY = env.whole("WENQU_GLASS_PER_DAY", 10, low=1, high=1000)
GLASS_MINUTES = env.whole("WENQU_GLASS_MINUTES", 30, low=1, high=1440)

# The pack by which a county judges unless it names another.
DEFAULT_PACK = env.text("WENQU_PACK", "national-2018")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("WENQU_LOG_LEVEL", "WARNING")},
}
