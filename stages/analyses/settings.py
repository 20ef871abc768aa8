"""Settings of the analyses, apart from their code: to check them, no library has to be loaded."""

from pydantic import Field

from stages.common.settings import Count, Rate, Section


class EmbedSettings(Section):
    """The section `embed` of `params.yaml`."""

    probe_c: tuple[Rate, ...] = Field(min_length=1, description="values of C, chosen from on validation data")
    neighbours: Count = Field(description="k of the k-NN error")
    images: int = Field(
        ge=1, le=10, description="images reconstructed, and pairs interpolated: a row's width"
    )
    steps: int = Field(ge=3, le=10, description="of an interpolation, ends included, and of a walk")
    samples: int = Field(ge=1, le=40, description="images generated from each distribution of codes")
    coordinates: Count = Field(description="coordinates that are walked along and drawn as histograms")


class TsneSettings(Section):
    """The section `tsne` of `params.yaml`."""

    images: int = Field(ge=3, description="first test images that are mapped")
    perplexity: Rate = Field(description="effective number of neighbours; below `images`")
    neighbours: Count = Field(description="k of trustworthiness T(k); below half of `images`")
    kernel_pca_codes: int = Field(ge=4, description="at most so many training codes")
