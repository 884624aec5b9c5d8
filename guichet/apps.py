from django.apps import AppConfig


class GuichetConfig(AppConfig):
    name = "guichet"
    verbose_name = "Guichet"

    def ready(self) -> None:
        from guichet import requetes  # noqa: F401 - registers its lookup
