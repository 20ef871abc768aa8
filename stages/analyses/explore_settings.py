"""Settings of the explorer, apart from those of other analyses, so that a change here runs nothing else."""

from pydantic import Field

from stages.common.settings import Section


class ExploreSettings(Section):
    """The section `explore` of `params.yaml`."""

    images: int = Field(ge=3, le=5000, description="first test images on the page; at most those on the map")
