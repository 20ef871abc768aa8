"""check-studies: refuse a bad stages/studies/params.yaml before any study runs.

Every experiment has the settings of its own section; here they are put together, so that an unknown section
or key, an ill-typed value and one that is out of range are found in all of them at once.
"""

from importlib import import_module

from pydantic import ConfigDict, create_model

from stages.common.artifacts import written_whole
from stages.common.errors import run
from stages.studies.names import NAMES
from stages.studies.settings import StudySettings

OUTPUT = "data/studies.ok"


def main() -> None:
    """Check, and say so."""
    all_settings().read()
    with written_whole(OUTPUT) as temporary:
        temporary.write_text("stages/studies/params.yaml was accepted\n")


def all_settings() -> type[StudySettings]:
    """The settings of all studies as one class; a key that is not there is unknown."""
    fields = {}
    for name in NAMES:
        own = import_module(f"stages.studies.{name.replace('-', '_')}.experiment").Settings
        fields |= {
            key: (field.annotation, field)
            for key, field in own.model_fields.items()
            if key not in own.of_main_line  # which check-params has looked at
        }

    class Strict(StudySettings):
        model_config = ConfigDict(extra="forbid")

    return create_model("AllSettings", __base__=Strict, **fields)


if __name__ == "__main__":
    run(main)
