"""Django's PostgreSQL backend, plus the start of the embedded server at the first connection."""
