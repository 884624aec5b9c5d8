"""French formats as civil servants write them: 22/11/2026, 1 204, 38,5."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "d/m/Y"
TIME_FORMAT = "H \\h i"
DATETIME_FORMAT = "j F Y à H \\h i"
SHORT_DATETIME_FORMAT = "d/m/Y H \\h i"
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\u202f"
NUMBER_GROUPING = 3
