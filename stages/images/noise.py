"""Noise that a denoising autoencoder learns to remove.

With x a pixel in [0, 1] and a the amount:

    gaussian          x + a·ε,  ε ~ N(0, 1), clipped to [0, 1]; a is the standard deviation
    salt-and-pepper   with probability a, 0 or 1 (each half the time) instead of x
    masking           with probability a, 0 instead of x

Reference: Vincent et al., *Stacked Denoising Autoencoders*, JMLR 2010, section 3.3.
"""

from typing import Literal

import torch
from jaxtyping import Float
from pydantic import Field, model_validator
from torch import Tensor

from stages.common.settings import Fraction, Section


class NoiseSettings(Section):
    """The section `noise` of `params.yaml`."""

    kind: Literal["gaussian", "salt-and-pepper", "masking"] = Field(description="see the formulas above")
    amount: float = Field(ge=0, description="standard deviation (gaussian), else share of pixels hit")
    fresh: bool = Field(description="training draws new noise of this kind in every epoch; else it is fixed")
    validation_fraction: Fraction = Field(description="share of every class of the training set held out")

    @model_validator(mode="after")
    def _share_of_pixels(self) -> "NoiseSettings":
        if self.kind != "gaussian" and self.amount > 1:
            raise ValueError(
                f"noise.amount is {self.amount}; for {self.kind} it is a share of pixels, at most 1"
            )
        return self


def add_noise(
    images: Float[Tensor, "*shape"], settings: NoiseSettings, generator: torch.Generator
) -> Float[Tensor, "*shape"]:
    """Noisy copy of `images`, both in [0, 1]; `generator` lives on the images' device."""
    if settings.kind == "gaussian":
        noise = torch.empty_like(images).normal_(generator=generator)
        return noise.mul_(settings.amount).add_(images).clamp_(0, 1)
    draw = torch.empty_like(images).uniform_(generator=generator)
    hit = draw < settings.amount
    if settings.kind == "masking":
        return images.masked_fill(hit, 0)
    salt = (draw < settings.amount / 2).to(images.dtype)
    return torch.where(hit, salt, images)
