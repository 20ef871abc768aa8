"""The names of the models, apart from the models: to refuse a name that is none loads no library."""

from stages.common.errors import StudyError

MODELS = ("ae", "vae", "wta")


def model_name(*arguments: str) -> str:
    """The one model that `arguments`, those of a command line, name.

    Raises:
        StudyError: they name none, several, or one that does not exist.
    """
    name = " ".join(arguments)
    if name not in MODELS:
        raise StudyError(f"{name!r} is no model; say one of {', '.join(MODELS)}")
    return name
