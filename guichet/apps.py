from django.apps import AppConfig, apps


class GuichetConfig(AppConfig):
    name = "guichet"
    verbose_name = "Guichet"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from guichet import requetes  # noqa: F401 - registers its lookup
        from guichet.histoire import fermer_la_vidange

        # Django sends nothing for an app without models, as this one.
        post_migrate.connect(fermer_la_vidange, sender=apps.get_app_config("pghistory"))
