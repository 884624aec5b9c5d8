"""Settings read from the environment, strictly: a malformed variable stops the start."""

import hashlib
from pathlib import Path

import pghistory
from environs import Env

from guichet import base_embarquee

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
env.read_env(str(BASE_DIR / ".env"), recurse=False)
VAR_DIR = Path(env.str("GUICHET_VAR", str(BASE_DIR / "var")))

DEBUG = env.bool("DEBUG", False)
# The demo and the tests need no secret; a real deployment must set its own (checked by `check --deploy`).
SECRET_KEY = env.str("SECRET_KEY", "django-insecure-demonstration-" + "0" * 40)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

# The key of the families' secret codes: changing it makes every printed code void.
CLE_CODES = env.str("CLE_CODES", hashlib.sha256(f"codes:{SECRET_KEY}".encode()).hexdigest())

VILLE = env.str("VILLE", "Saint-Étienne")
COMMUNE_CODES_POSTAUX = env.list("COMMUNE_CODES_POSTAUX", ["42000", "42100", "42230"])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "pghistory",
    "pgtrigger",
    "procrastinate.contrib.django",
    "guichet",
    "structures",
    "dossiers",
    "commissions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "guichet.session.ConnexionRequiseMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "guichet.lecture.LectureSeuleMiddleware",
    "guichet.histoire.HistoireMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "guichet.urls"
WSGI_APPLICATION = "guichet.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guichet.contexte.cadre",
            ],
        },
    },
]

# Without DATABASE_URL the embedded server is used; it starts at the first connection, not here.
DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", conn_max_age=60)
    if env.str("DATABASE_URL", "")
    else base_embarquee.reglages(VAR_DIR, VILLE)
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "structures.Agent"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = env.int("AXES_FAILURE_LIMIT", 8)
AXES_COOLOFF_TIME = env.float("AXES_COOLOFF_HEURES", 0.25)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# The name under which `authenticate` receives the identifiant, whatever the model calls its field.
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "structures.views.connexion.verrouillee"
CSRF_FAILURE_VIEW = "guichet.views.session_expiree"
LOGIN_URL = "connexion"
LOGIN_REDIRECT_URL = "accueil"
LOGOUT_REDIRECT_URL = "connexion"

# A session ends after this long without a request.
SESSION_COOKIE_AGE = env.int("SESSION_INACTIVITE_MINUTES", 60) * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("HTTPS", False)
SECURE_SSL_REDIRECT = env.bool("HTTPS", False)
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDES", 0)
# Sub-domains and browsers' preload lists are the city's to decide, not one application's.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("DERRIERE_PROXY", False) else None
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["guichet.formats"]

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "fichiers"
MEDIA_URL = "fichiers/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or env.bool("STATIQUES_SIMPLES", True)
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = True

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

PGHISTORY_APPEND_ONLY = True
# Deletes are not seen unless named.
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PROCRASTINATE_IMPORT_PATHS = ["structures.taches", "dossiers.taches", "commissions.taches"]

# Without a mail server, letters by e-mail are written as files: a demonstration reaches nobody.
EMAIL_HOST = env.str("COURRIEL_HOTE", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "courriels"
EMAIL_PORT = env.int("COURRIEL_PORT", 587)
EMAIL_HOST_USER = env.str("COURRIEL_COMPTE", "")
EMAIL_HOST_PASSWORD = env.str("COURRIEL_SECRET", "")
EMAIL_USE_TLS = env.bool("COURRIEL_TLS", True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str(
    "COURRIEL_EXPEDITEUR", "Guichet petite enfance <ne-pas-repondre@guichet.invalid>"
)

DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("NIVEAU_JOURNAL", "WARNING")},
}
