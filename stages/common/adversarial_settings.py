"""How two players are optimised: the settings that an adversarial model has, and that its loop reads."""

from pydantic import Field

from stages.common.settings import BatchSize, Count, Rate, Section


class AdversarialSettings(Section):
    """How two players are optimised; part of the section of every adversarial model."""

    epochs: Count = Field(description="passes over the training images")
    batch_size: BatchSize = Field(description="real images per update, and as many made ones")
    discriminator_rate: Rate = Field(description="step size of the discriminator's Adam")
    generator_rate: Rate = Field(description="step size of the generator's Adam")
    beta_1: float = Field(ge=0, lt=1, description="momentum of both; at 0.9 the two are apt to oscillate")
