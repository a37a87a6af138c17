"""Settings. A server needs DATABASE_URL and BROBYGGER_SECRET; everything else has a working default."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from brobygger.web.installation import secret_key

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("BROBYGGER_DATA", "var")).resolve()
SECRET_KEY = secret_key(DATA)
DEBUG = False
DEMO = os.environ.get("BROBYGGER_DEMO", "") == "1"
ALLOWED_HOSTS = os.environ.get("BROBYGGER_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("BROBYGGER_ORIGINS", "").split(",") if origin]
PUBLIC_ADDRESS = os.environ.get("BROBYGGER_ADDRESS", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "brobygger.ui",
    "brobygger.audit",
    "brobygger.notices",
    "brobygger.accounts",
    "brobygger.organisations",
    "brobygger.people",
    "brobygger.rulebook",
    "brobygger.mentorships",
    "brobygger.grants",
    "brobygger.hours",
    "brobygger.meetings",
    "brobygger.toolbox",
    "brobygger.registers",
    "brobygger.followups",
    "brobygger.citizens",
    "brobygger.payments",
    "brobygger.controls",
    "brobygger.evaluations",
    "brobygger.effects",
    "brobygger.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "brobygger.web.middleware.PersonalPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "brobygger.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "brobygger.accounts.middleware.DatabaseContext",
    "brobygger.citizens.middleware.CitizenPages",
    "brobygger.accounts.middleware.OwnPasswordFirst",
    "django.middleware.csrf.CsrfViewMiddleware",
    "brobygger.web.middleware.NoNulCharacters",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "brobygger.web.middleware.DomainErrors",
]

ROOT_URLCONF = "brobygger.web.urls"
WSGI_APPLICATION = "brobygger.web.wsgi.application"
FORM_RENDERER = "brobygger.ui.forms.Renderer"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "brobygger.web.context.page",
                "brobygger.citizens.context.page",
            ],
        },
    },
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["brobygger.accounts.backend.PasswordBackend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "accounts:login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]


def database(url: str) -> dict[str, Any]:
    """Django's settings from a PostgreSQL address."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "brobygger",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


def databases(url: str) -> dict[str, dict[str, Any]]:
    """``owner`` owns the tables and migrates; ``default`` is the application's role, which owns nothing."""
    from brobygger.web.installation import APP_ROLE, app_role_password

    owner, application = database(url), database(url)
    application.update(USER=APP_ROLE, PASSWORD=app_role_password(SECRET_KEY), TEST={"MIRROR": "owner"})
    application["OPTIONS"] = {
        **application["OPTIONS"],
        # Under row-level security the planner thinks that hardly a row is left, and then merges whole tables.
        "options": "-c statement_timeout=10000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=30000"
        " -c enable_mergejoin=off",
    }
    return {"default": application, "owner": owner}


DATABASES = databases(os.environ.get("DATABASE_URL", "postgresql://postgres@/brobygger"))

LANGUAGE_CODE = "da"
LANGUAGES = [
    ("da", _("Dansk")),
    ("en", _("Engelsk")),
    ("ar", _("Arabisk")),
]  # further ones: citizens' pages only
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Europe/Copenhagen"
USE_TZ = True

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" makes browsers send Origin: null with our own forms
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # htmx sends it as a header
CSRF_FAILURE_VIEW = "brobygger.ui.views.csrf_failure"
if os.environ.get("BROBYGGER_HTTPS", "") == "1":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"brobygger": {"level": "INFO"}},
}
