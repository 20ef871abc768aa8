"""The critic and the classifier that `measure-judges` trained once for all studies."""

from stages.analyses.judging import Judges
from stages.common.runtime import Runtime
from stages.studies.settings import MEASURED
from stages.training.checkpoints import load_model

JUDGES = MEASURED / "judges"


def load_judges(runtime: Runtime) -> Judges:
    """Both, ready to judge.

    Raises:
        StudyError: files missing or damaged.
    """
    return Judges(*(load_model(JUDGES / name, runtime.device) for name in ("critic", "classifier")), runtime)
