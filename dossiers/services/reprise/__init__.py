"""Taking over a city's files: tried first, then written in one transaction."""
