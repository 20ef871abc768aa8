"""Where the runs of a study are computed: the section `parallel` of params.yaml.

No stage lists it in dvc.yaml, except check-params, which looks at everything: a run has the same result
wherever it is computed, so another backend is no reason to train anything again.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from stages.common.settings import Section, StageSettings, needed_by


def _address(text: str) -> str:
    if not re.fullmatch(r"(tcp|tls)://.+:\d+", text):
        raise PydanticCustomError("address", "it should be an address such as tcp://127.0.0.1:8786")
    return text


class Dask(Section):
    """Of `backend: dask`."""

    scheduler: Annotated[str, AfterValidator(_address)] = Field(
        description="what `dask scheduler` says it is"
    )


class ParallelSettings(Section):
    """The section `parallel`."""

    backend: Literal["loky", "dask"] = Field(description="this machine's cores, or the workers of a cluster")
    dask: Annotated[Dask | None, needed_by("backend", "dask")] = None


class Settings(StageSettings):
    """What everything that trains many networks at once reads."""

    parallel: ParallelSettings
