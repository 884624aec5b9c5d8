from django.apps import AppConfig, apps


class GuichetConfig(AppConfig):
    name = "guichet"
    verbose_name = "Guichet"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from guichet import requetes  # noqa: F401 - registers its lookup
        from guichet.declencheurs import poser
        from guichet.histoire import fermer_la_vidange

        # Django sends nothing for an app without models, as this one.
        for suite in (poser, fermer_la_vidange):
            post_migrate.connect(suite, sender=apps.get_app_config("pghistory"))
