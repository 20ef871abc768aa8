"""The page computes what PyTorch does: every architecture, both ways, with weights rounded as on the page."""

import numpy as np
import pytest
import torch
from torch import nn

from stages.analyses.layers import layers_of
from stages.common.artifacts import load_arrays
from stages.images.datasets import NoisyImages
from stages.models.wta import DenseLayer
from stages.pages.explorer.packing import bits_for, half, rounded_layer, whole_numbers
from stages.training.checkpoints import load_model
from tests.pages.explorer_scripts import needs_node, run_script
from tests.small import as_images, build, generator
from tests.stage_imports import ROOT

CONV = {"architecture": "conv"}
STACKED = {"size": 12, "lifetime": 0.1}
ARCHITECTURES = {
    "ae conv": ("ae", CONV),
    "ae conv tanh": ("ae", CONV | {"activation": "tanh", "output": "linear"}),
    "ae conv-pool": ("ae", {"architecture": "conv-pool", "activation": "relu"}),
    "ae conv-pool sigmoid": ("ae", {"architecture": "conv-pool", "activation": "sigmoid", "output": "relu"}),
    "ae dense": ("ae", {"hidden": [40, 20]}),
    "ae dense linear": ("ae", {"hidden": [30], "activation": "linear"}),
    "ae without a hidden layer": ("ae", {"hidden": [], "output": "linear"}),
    "vae conv": ("vae", CONV),
    "vae dense": ("vae", {"activation": "sigmoid", "decoder_activation": "tanh"}),
    "wta dense": ("wta", {}),
    "wta tied": ("wta", {"tied": True}),
    "wta conv": ("wta", CONV | {"encoder_kernels": [5, 3]}),
    "wta without lifetime sparsity": ("wta", {"lifetime": 1.0}),
    "wta dense on dense": ("wta", {"stack": [STACKED | {"architecture": "dense"}], "tied": True}),
    "wta conv on conv": ("wta", CONV | {"stack": [STACKED | {"architecture": "conv"}]}),
    "wta dense on conv": ("wta", CONV | {"stack": [STACKED | {"architecture": "dense"}]}),
}
LATENTS = {"ae conv": 3, "ae dense": 1, "vae dense": 1}  # elsewhere 10
BOTH_WAYS = """
  const encode = network(content.encoder, [1, 28, 28]);
  const decode = network(content.decoder, content.codeShape);
  const rows = (table) => Array.from({ length: table.shape[0] }, (_, i) => {
    const width = table.length / table.shape[0];
    return table.slice(i * width, (i + 1) * width);
  });
  return { codes: rows(content.images).map(encode), images: rows(content.codes).map(decode) };
"""


def rounded_model(model: nn.Module, bits: int) -> nn.Module:
    """`model` with the very weights that the page has of it."""
    for module in model.modules():
        for values in [*module.parameters(recurse=False), *module.buffers(recurse=False)]:
            array = values.detach().numpy()
            small = half(array) if array.ndim == 1 else as_multiples(array, row_axis(model, module), bits)
            values.data = torch.from_numpy(np.ascontiguousarray(small, np.float32))
    return model


def as_multiples(weights: np.ndarray, axis: int, bits: int) -> np.ndarray:
    """Whole numbers times the scale of their row, in the shape of `weights`; rows lie along `axis`."""
    rows, scales = whole_numbers(np.moveaxis(weights, axis, 0), bits)
    scales = scales.astype(np.float32).reshape(-1, *[1] * (weights.ndim - 1))
    return np.moveaxis(rows * scales, 0, axis)


def row_axis(model: nn.Module, module: nn.Module) -> int:
    """Where the rows of a weight matrix lie: outputs, but of a winner-take-all decoder its units."""
    decoders = [layer.decoder for layer in getattr(model, "layers", []) if isinstance(layer, DenseLayer)]
    return int(isinstance(module, nn.ConvTranspose2d) or any(module is decoder for decoder in decoders))


def with_thresholds(model: nn.Module) -> nn.Module:
    """As if trained: in the middle of what the random activations reach."""
    for layer in getattr(model, "layers", []):
        if layer.lifetime < 1:
            layer.threshold.uniform_(0, 0.1, generator=generator())
    return model


@needs_node
@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_codes_and_images_equal_pytorchs_on_the_same_weights(name, bits, digits, tmp_path):
    kind, changes = ARCHITECTURES[name]
    model = with_thresholds(build(kind, LATENTS.get(name, 10), **changes).eval().requires_grad_(False))
    images = as_images(digits.test.clean[:5])
    codes = model.encode(images) * 2
    layers = layers_of(model)
    content = {"images": images.numpy(), "codes": codes.numpy(), "codeShape": layers.code_shape}
    for part in ("encoder", "decoder"):
        content[part] = [rounded_layer(layer, bits) for layer in getattr(layers, part)]
    found = {key: np.array(rows) for key, rows in run_script(tmp_path, BOTH_WAYS, content).items()}

    rounded = rounded_model(model, bits)
    expected = torch.cat(rounded.encoder(images), 1) if kind == "vae" else rounded.encode(images)
    assert expected.abs().max() > 0.01, "all zeros would be equal whatever is computed"
    np.testing.assert_allclose(found["codes"], expected.flatten(1), atol=1e-5, rtol=1e-4)
    pictures = rounded.decode(codes).flatten(1)
    assert pictures.std() > 1e-3
    assert np.abs(found["images"] - pictures.numpy()).max() < 1 / 255
    np.testing.assert_allclose(found["images"], pictures, atol=1e-4)


@pytest.mark.parametrize("name", ["ae", "vae", "wta"])
def test_rounding_changes_no_psnr_by_more_than_a_twentieth_of_a_decibel(name):
    folder = ROOT / f"data/models/{name}"
    if not (folder / "weights.safetensors").exists():
        pytest.skip("needs the trained models of the main line: `dvc repro` makes them")
    test = NoisyImages(**load_arrays(ROOT / "data/noisy/test.npz"))

    def psnr(model: nn.Module) -> float:
        restored = model.reconstruct(as_images(test.noisy)).clamp(0, 1)
        return float(-10 * (restored - as_images(test.clean)).square().mean().log10())

    bits = bits_for(layers_of(load_model(folder)).numbers)
    before, after = psnr(load_model(folder)), psnr(rounded_model(load_model(folder), bits))
    assert after == pytest.approx(before, abs=0.05)
