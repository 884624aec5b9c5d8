"""Taking over a city’s list: reading a line, telling what is wrong with it, never guessing."""
