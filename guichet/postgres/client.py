from collections.abc import Iterable

from django.db.backends.postgresql import client


class DatabaseClient(client.DatabaseClient):
    def runshell(self, parameters: Iterable[str]) -> None:
        # Starts the server, and notes in the settings where it answers.
        self.connection.get_connection_params()
        super().runshell(parameters)
