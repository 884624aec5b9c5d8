from typing import Any

from django.db.backends.postgresql import creation


class DatabaseCreation(creation.DatabaseCreation):
    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        """Tests live in a cluster of their own: nothing they do can reach the city's data."""
        self.connection.settings_dict["GRAPPE"] = self.connection.settings_dict["TEST"]["GRAPPE"]
        return super().create_test_db(*args, **kwargs)
