"""measure-conv-filters: what do convolutional autoencoders learn unregularised, with strides and without?

Three fully convolutional autoencoders, whose code is a set of maps, learn the same clean digits: strided,
max-pool and upsample, and stride-free. Is the stride-free one the identity? That is measured on the whole
network (its response to a lit pixel, and its error on images that are no digits) and on single filters
(energy in one weight), beside the same networks untrained. A stride-free network that must remove noise,
and so cannot copy, shows what the copying rests on.

Reference: Masci et al., *Stacked Convolutional Auto-Encoders*, ICANN 2011.
"""

from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import UInt8
from pydantic import Field

from stages.analyses import lit_pixel
from stages.analyses.batches import map_images
from stages.analyses.filters import decoder_filters, encoder_filters, feature_maps
from stages.common.errors import run
from stages.common.runtime import Runtime, seeded_weights
from stages.common.seeds import derived
from stages.common.settings import Count, Rate, Section
from stages.images.noise import NoiseSettings
from stages.images.parts import Parts
from stages.images.pixels import to_bytes, to_unit
from stages.models import conv_maps
from stages.studies.bench import Bench, save
from stages.studies.conv_filters import identity
from stages.studies.settings import StudySettings
from stages.training.parallel import in_parallel
from stages.training.trials import train

PROBED = 200  # test images whose maps are compared with them
EXACT = Runtime(torch.device("cpu"), torch.float32)

Arrays = dict[str, np.ndarray]
Network = tuple[conv_maps.Settings, NoiseSettings | None]


class ConvFilters(Section):
    """The section `conv_filters`."""

    runs: Count = Field(description="seeds of each network")
    noise_std: Rate = Field(description="of Gaussian noise on the input of the network denied the identity")
    images: Count = Field(le=3, description="digits, shuffled digits and noise shown")
    conv_maps: conv_maps.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    conv_filters: ConvFilters


def main() -> None:
    """Train every network and seed, measure how near to the identity each is."""
    settings = Settings.read()
    section, bench = settings.conv_filters, Bench.of(settings)
    variants = networks(section, settings.validation_fraction)
    cells = [(name, seed) for name in variants for seed in bench.seeds(section.runs)]
    jobs = [(*variants[name], bench.parts, bench.runtime, seed, section.images) for name, seed in cells]
    found = dict(zip(cells, in_parallel(trial, jobs, "convolutional autoencoders"), strict=True))

    runs = pd.DataFrame(
        {"network": name, "seed": seed} | measured for (name, seed), (measured, _) in found.items()
    )
    arrays = {name: found[name, bench.seed][1] for name in variants}  # of the first seed
    for name in variants:
        responses = [pictures["response"] for (other, _), (_, pictures) in found.items() if other == name]
        arrays[name]["response"] = np.stack(responses)  # of every seed
    code_size = {name: pictures["code"].size for name, pictures in arrays.items()}
    save("conv-filters", {"code_size": code_size}, arrays, runs=runs)


def networks(section: ConvFilters, validation_fraction: float) -> dict[str, Network]:
    """The networks by name: settings, and the noise on their input."""
    noise = NoiseSettings(
        kind="gaussian", amount=section.noise_std, fresh=True, validation_fraction=validation_fraction
    )
    shapes = ("strided", "pool", "stride-free")
    clean = {shape: (section.conv_maps.model_copy(update={"shape": shape}), None) for shape in shapes}
    return clean | {"noisy-input": (section.conv_maps, noise)}


def trial(
    settings: conv_maps.Settings,
    noise: NoiseSettings | None,
    parts: Parts,
    runtime: Runtime,
    seed: int,
    shown: int,
) -> tuple[dict[str, float], Arrays]:
    """Train one network: what was measured of it, trained and not, and the arrays of its pictures."""
    with seeded_weights(seed):
        start = conv_maps.build(settings).eval().requires_grad_(False)  # the same as `train` starts from
    model = train(conv_maps.build, settings, 0, parts, runtime, seed, noise).model
    first, last = encoder_filters(start).numpy(), encoder_filters(model).numpy()
    odd = odd_images(parts, len(parts.test), seed)
    errors = {
        f"{name}_unexplained": identity.unexplained(model, images, EXACT) for name, images in odd.items()
    }
    measured = errors | nearness(model, parts) | {"filter_alignment": identity.alignment(first, last)}
    untrained = {f"untrained_{name}": value for name, value in nearness(start, parts).items()}
    return measured | untrained, pictures(model, parts, odd_images(parts, shown, 0))


def nearness(model: conv_maps.MapAutoencoder, parts: Parts) -> dict[str, float]:
    """How near to the identity the whole is, and how near the filters and the maps of the first layer are."""
    responses = lit_pixel.lit_pixel_responses(model)
    images = to_unit(torch.from_numpy(parts.test.clean[:PROBED]))[:, None]
    filters = encoder_filters(model).numpy()
    maps = model.encoder[:2](images)  # convolution and ReLU
    return {
        "centre_share": lit_pixel.centre_share(responses),
        "gain": lit_pixel.gain(responses),
        "filter_concentration": identity.concentration(filters),
        "blur_share": identity.blur_share(filters),
        "map_likeness": identity.likeness_to_image(maps, images),
    }


def odd_images(parts: Parts, count: int, seed: int) -> dict[str, UInt8[np.ndarray, "count 28 28"]]:
    """So many test digits, the same with their pixels shuffled, and white noise."""
    generator, digits = np.random.default_rng(derived(seed, "pixels")), parts.test.clean[:count]
    shuffled, noise = identity.shuffled_pixels(digits, generator), identity.white_noise(count, generator)
    return {"digits": digits, "shuffled": shuffled, "noise": noise}


def pictures(model: conv_maps.MapAutoencoder, parts: Parts, odd: Arrays) -> dict[str, Any]:
    """Filters, maps of the first test image, response to a lit pixel, and reconstructions."""
    image = to_unit(torch.from_numpy(parts.test.clean[:1]))[None]
    inputs = np.concatenate(list(odd.values()))
    outputs = map_images(model.reconstruct, inputs, EXACT)
    return {
        "encoder": encoder_filters(model).numpy(),
        "decoder": decoder_filters(model).numpy(),
        "response": lit_pixel.effective_kernel(lit_pixel.lit_pixel_responses(model)),
        "image": parts.test.clean[0],
        "first_maps": feature_maps(model, image)[0].numpy(),
        "code": model.encode(image)[0].numpy(),
        "inputs": inputs,
        "outputs": to_bytes(torch.from_numpy(outputs))[:, 0],
    }


if __name__ == "__main__":
    run(main)
