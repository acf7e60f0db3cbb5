"""The one settings file. Every setting that a county may change is read from the environment here."""

from __future__ import annotations

import secrets
from pathlib import Path

from wenqu.kit import env, service

PACKAGE = Path(__file__).resolve().parent
# Everything that the product writes lives in one folder: database, uploads, runs, exports.
DATA_DIR = Path(env.text("WENQU_DATA", str(Path.cwd() / "var"))).resolve()
RUNS_DIR = DATA_DIR / "runs"
UPLOADS_DIR = DATA_DIR / "uploads"
RESULTS_DIR = DATA_DIR / "results"
# Photos and documents of evidence: in this folder, or in a bucket that speaks S3. Nothing is sent anywhere else.
EVIDENCE_DIR = Path(env.text("WENQU_EVIDENCE_DIR", str(DATA_DIR / "evidence"))).resolve()
EVIDENCE_STORAGE = env.choice("WENQU_EVIDENCE_STORAGE", "local", ("local", "s3"))
S3_ENDPOINT, S3_BUCKET = env.text("WENQU_S3_ENDPOINT"), env.text("WENQU_S3_BUCKET")
S3_KEY_ID, S3_SECRET = env.text("WENQU_S3_KEY_ID"), env.text("WENQU_S3_SECRET")
S3_REGION = env.text("WENQU_S3_REGION", "us-east-1")
if EVIDENCE_STORAGE == "s3":
    service.ready_for_bucket(S3_ENDPOINT, WENQU_S3_BUCKET=S3_BUCKET, WENQU_S3_KEY_ID=S3_KEY_ID, WENQU_S3_SECRET=S3_SECRET)
EVIDENCE_PHOTO_BYTES = env.whole("WENQU_PHOTO_MB", 20, low=1, high=200) * 1024 * 1024
EVIDENCE_DOCUMENT_BYTES = env.whole("WENQU_DOCUMENT_MB", 50, low=1, high=500) * 1024 * 1024
# Opened files of one job, readable by nobody else and swept at the start.
WORK_DIR = DATA_DIR / "work"
# The second copy of the audit log, as JSON lines.
AUDIT_DIR = Path(env.text("WENQU_AUDIT_DIR", str(DATA_DIR / "audit"))).resolve()
# Where `wenqu backup` writes when no place is named, and where `wenqu doctor` looks for the newest.
BACKUP_DIR = env.text("WENQU_BACKUP_DIR")
# The keys of personal data: outside the database, and in service outside its folder too.
KEYS_FILE = Path(env.text("WENQU_KEYS", str(DATA_DIR / "keys.json"))).resolve()
KEYS_GIVEN = bool(env.text("WENQU_KEYS"))
CIPHER = env.choice("WENQU_CIPHER", "aes-256-gcm", ("aes-256-gcm", "sm4-gcm"))
# The demo's accounts are public; only a server started for the demo lets them in without a second factor.
DEMO = env.flag("WENQU_DEMO", False)
# How long a link to set one's password can be used.
INVITATION_HOURS = env.whole("WENQU_INVITATION_HOURS", 72, low=1, high=720)


def _secret_key() -> str:
    """The signing key: from the environment, else made once and kept beside the database."""
    given = env.text("WENQU_SECRET_KEY")
    if given:
        return given
    return service.made_once(DATA_DIR, "secret_key", secrets.token_urlsafe(50))


SECRET_KEY = _secret_key()
# Who ends the encryption of https: our own page server with a certificate, or a proxy before it. The headers of a
# proxy are believed only where the operator says that there is one: anybody can send them.
PROXY = env.flag("WENQU_PROXY", False)
CERT_FILE, CERT_KEY_FILE = env.file("WENQU_CERT"), env.file("WENQU_CERT_KEY")
HTTPS = env.flag("WENQU_HTTPS", bool(CERT_FILE))
# With a certificate of our own: the port on which people who come by http are sent to https.
HTTP_PORT = env.whole("WENQU_HTTP_PORT", 0, low=0, high=65535)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY else None
SECURE_SSL_REDIRECT = env.flag("WENQU_HTTPS_REDIRECT", False)
# Whoever watches the server from inside asks it without https.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DEBUG = env.flag("WENQU_DEBUG", False)
ALLOWED_HOSTS = env.words("WENQU_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.origins("WENQU_ORIGINS")

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
    "wenqu.evidence",
    "wenqu.households",
    "wenqu.schemes",
    "wenqu.facts",
    "wenqu.ledger",
    "wenqu.judging",
    "wenqu.registers",
    "wenqu.books",
    "wenqu.changes",
    "wenqu.survey",
    "wenqu.watch",
    "wenqu.quality",
    "wenqu.reports",
    "wenqu.web",
    "wenqu.api",
    "wenqu.operations",
    "wenqu.demo",
]

MIDDLEWARE = [
    "wenqu.operations.middleware.Watched",
    "django.middleware.security.SecurityMiddleware",
    "wenqu.web.middleware.ContentPolicy",
    "wenqu.web.middleware.KnownOrigin",
    "wenqu.web.phones.StraightToIntake",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wenqu.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "wenqu.web.sessions.SessionRules",
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

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'wenqu.sqlite3'}")}
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
    # Compiling a query costs more than any query of a page: a list that takes 40 ms would take 400.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
# A connection opens slowly on both: the server's own process there, the whole schema read anew here.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "places.Account"
# Argon2 for every new password; one kept by the older way opens once and is then kept by the new.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_RULES = "wenqu.people.signing.passwords."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _RULES + "LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": _RULES + "Unlike", "OPTIONS": {"user_attributes": ("username", "name")}},
    {"NAME": _RULES + "NotCommon"},
    {"NAME": _RULES + "NotNumeric"},
]
CSRF_FAILURE_VIEW = "wenqu.web.views.errors.csrf_failure"
LOGIN_URL = "web:sign-in"
LOGIN_REDIRECT_URL = "/"
# «__Host-»: the browser itself refuses such a cookie without https, or from any other host of the same domain.
_HOST = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_HOST}wenqu_session", f"{_HOST}wenqu_csrf"
LANGUAGE_COOKIE_NAME = f"{_HOST}wenqu_language"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# No session lives longer, however busy; `wenqu.web.sessions` holds it, and ends idle ones before.
SESSION_COOKIE_AGE = 12 * 3600
IDLE_SECONDS_UPPER = env.whole("WENQU_IDLE_MINUTES", 120, low=5, high=720) * 60
IDLE_SECONDS_LOCAL = env.whole("WENQU_IDLE_MINUTES_LOCAL", 720, low=5, high=720) * 60

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = "wenqu.web.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.time_zone("WENQU_TIME_ZONE", "Asia/Shanghai")

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

# Requests that one token of the API may make in a minute, in each process of the page server.
API_PER_MINUTE = env.whole("WENQU_API_PER_MINUTE", 600, low=1, high=1_000_000)

# Requests that one phone of a survey may make in a minute, in each process of the page server.
FIELD_PER_MINUTE = env.whole("WENQU_FIELD_PER_MINUTE", 600, low=1, high=1_000_000)
# A record may come with many small photos in one request.
DATA_UPLOAD_MAX_NUMBER_FILES = 500

# The pack by which a county judges unless it names another.
DEFAULT_PACK = env.choice("WENQU_PACK", "national-2018", tuple(sorted(path.stem for path in PACKAGE.glob("rulebook/packs/**/*.toml"))))

# Whoever watches the server from elsewhere shows this token.
METRICS_TOKEN: str = env.text("WENQU_METRICS_TOKEN")
# Served in earnest: what is good enough only for trying out is refused at the start.
SERVICE = env.flag("WENQU_SERVICE", False)
if SERVICE:
    service.ready_for_service(
        secret_key=len(env.text("WENQU_SECRET_KEY")) >= 32, keys=KEYS_GIVEN, hosts=bool(env.text("WENQU_HOSTS")) and "*" not in ALLOWED_HOSTS,
        https=HTTPS, debug=not DEBUG, demo=not DEMO,
    )

LOG_FORMAT = env.choice("WENQU_LOG_FORMAT", "plain", ("plain", "json"))
LOG_LEVEL = env.choice("WENQU_LOG_LEVEL", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Both take personal numbers out of whatever they write.
    "formatters": {"plain": {"()": "wenqu.kit.logs.Plain"}, "json": {"()": "wenqu.kit.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # The framework's own handlers would write past our formatters, and its lines for 404 repeat raw paths.
        "django": {"handlers": [], "propagate": True, "level": "INFO"},
        "django.server": {"handlers": [], "propagate": True, "level": "ERROR"},
        "django.request": {"level": "ERROR"},
        "wenqu.access": {"level": "INFO" if LOG_FORMAT == "json" else LOG_LEVEL},
    },
}
