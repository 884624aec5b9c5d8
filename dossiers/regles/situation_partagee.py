"""When the service that asks should have its answer. Pure."""

from datetime import date, timedelta

# Codes of `DelaiSouhaite`, in days.
DELAIS = {"semaine": 7, "quinzaine": 14, "mois": 30, "trimestre": 90}
# Failed tries of « number and birth day » a partner has in a day: enough for a slip, not for a search.
ESSAIS_PAR_JOUR = 10


def reponse_attendue(demandee_le: date, delai: str) -> date:
    """Le jour où la réponse est attendue : celui du délai souhaité, ou le lundi qui suit un week-end."""
    jour = demandee_le + timedelta(days=DELAIS[delai])
    return jour + timedelta(days=max(0, 7 - jour.weekday())) if jour.weekday() >= 5 else jour
