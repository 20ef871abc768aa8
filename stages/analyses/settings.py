"""Settings of the analyses, apart from their code: to check them, no library has to be loaded."""

from pydantic import Field

from stages.common.errors import StudyError
from stages.common.settings import Count, Rate, Section


class EmbedSettings(Section):
    """The section `embed` of `params.yaml`."""

    most_images: int = Field(
        60_000, ge=4, description="images of a part that are encoded and measured at most: its first"
    )
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
    perplexity: Rate = Field(description="effective number of neighbours; below the number of codes")
    neighbours: Count = Field(description="k of trustworthiness T(k); below half the number of codes")
    kernel_pca_codes: int = Field(ge=4, description="at most so many training codes")

    def check_against(self, test_images: int) -> None:
        """Raises StudyError where the codes, of the first `images` of `test_images`, are too few."""
        codes = min(self.images, test_images)
        number = f"{codes}, the smallest of tsne.images, embed.most_images and the number of test images"
        if self.perplexity >= codes:
            raise StudyError(
                f"tsne.perplexity is {self.perplexity:g}; it should be below the number of codes: {number}"
            )
        if self.neighbours >= codes / 2:
            raise StudyError(
                f"tsne.neighbours is {self.neighbours}; it should be below half the number of codes: {number}"
            )
