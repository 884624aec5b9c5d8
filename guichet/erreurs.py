"""The one exception a rule or a service raises when the house says no."""


class ErreurMetier(Exception):
    """A refusal a user can read: a stable `code` for programs, a French `message` saying what to do.

    `champ` names the form field at fault, when there is one.
    """

    def __init__(self, code: str, message: str, *, champ: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.champ = champ
