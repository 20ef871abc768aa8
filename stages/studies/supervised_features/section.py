"""The section `supervised_features` of the studies' settings."""

from pydantic import Field, model_validator

from stages.common.settings import Ascending, Count, Latent, Rate, Section
from stages.models import ae, classifier, vae, wta


class Supervised(Section):
    """The section `supervised_features`."""

    latent: Latent
    runs: Count = Field(ge=2, description="seeds of every kind of network")
    labels: Ascending[Count] = Field(description="numbers of labels to learn from, beside all")
    draws: int = Field(ge=2, description="draws of the labels, as many of each class")
    presented: Count = Field(description="images that a training with few labels sees at least")
    perplexity: Rate = Field(description="of t-SNE")
    ae: ae.Settings
    vae: vae.Settings
    wta: wta.Settings
    conv_wta: wta.Settings
    classifier: classifier.Settings

    @model_validator(mode="after")
    def _same_trunk(self) -> "Supervised":
        for key in ("architecture", "layer_sizes", "kernel", "activation"):
            values = {getattr(part, key) for part in (self.ae, self.vae, self.classifier)}
            if len(values) > 1:
                raise ValueError(f"supervised_features: {key} of ae, vae and classifier differ: {values}")
        for key, architecture in (("wta", "dense"), ("conv_wta", "conv")):
            part = getattr(self, key)
            if part.architecture != architecture or part.stack:
                raise ValueError(f"supervised_features.{key} should be one {architecture} layer")
        if self.draws < self.runs:
            raise ValueError(f"supervised_features.draws should be {self.runs} or more, as many as runs")
        return self
