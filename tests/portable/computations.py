"""What stages and studies compute, on some hundred real digits; a result is arrays, or a file's bytes."""

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from scipy import ndimage
from scipy.linalg import subspace_angles
from scipy.special import expit, logit
from scipy.stats import norm, spearmanr
from torch import nn

from stages.analyses import code_space
from stages.analyses.layers import layers_of
from stages.analyses.likeness import nearest_distance
from stages.analyses.maps import kernel_pca, trustworthiness, tsne
from stages.analyses.pca import fit_pca
from stages.analyses.pictures import Pictures
from stages.analyses.probes import fit_linear_probe
from stages.analyses.quality import Codes, Reading, denoising_metrics
from stages.analyses.sampling import fitted_gaussian
from stages.analyses.settings import EmbedSettings
from stages.common.artifacts import save_arrays
from stages.common.runtime import seeded_weights
from stages.common.settings import validated
from stages.figures.saving import save_gif, save_png
from stages.images.datasets import Images
from stages.images.noise import NoiseSettings
from stages.images.parts import Parts
from stages.models import classifier, conv_denoiser, conv_maps, gan, sigmoid_codes
from stages.pages.explorer.packing import Packing, rounded_layer
from stages.training.adversarial import fit_adversarial
from stages.training.loop import fit
from tests.small import CPU, MODELS, NETWORK, NOISE, TRAINING, build, changed, small_digits

Result = Mapping[str, np.ndarray] | bytes

FEW = {"epochs": 1, "batch_size": 32}
AS_COMMITTED = FEW | {"conv": {"channels": [32, 64]}, "schedule": "one-cycle"}
WTA = FEW | {"dense": {"units": 2000, "tied": False}}
EMBED = EmbedSettings(probe_c=(0.1, 10.0), neighbours=5, images=4, steps=5, samples=5, coordinates=3)
GAN = {"channels": [8, 16], "epochs": 1, "batch_size": 35, "beta_1": 0.5, "batch_normalisation": True}
GAN |= {"discriminator_rate": 0.001, "generator_rate": 0.001}


def digest(result: Result) -> str:
    """A hash of names, shapes and bits."""
    if isinstance(result, bytes):
        return hashlib.sha256(result).hexdigest()[:16]
    found = hashlib.sha256()
    for name, array in result.items():
        array = np.ascontiguousarray(array)
        found.update(f"{name} {array.dtype} {array.shape}".encode() + array.tobytes())
    return found.hexdigest()[:16]


@cache
def digits() -> Parts:
    """70 images to learn from: a processor that is emulated takes seconds for a batch."""
    return small_digits(train=7, validation=2, test=3)


def trained(name: str, **changes: Any) -> nn.Module:
    """A model of the main line after an epoch."""
    module, section = MODELS[name]
    settings = validated(module.Settings, changed(section, FEW | changes), Path("test"))
    return trained_with(module, settings)


def trained_with(module: Any, settings: Any, latent: int = 10) -> nn.Module:
    """What `module` builds, after the epochs of `settings`, with fresh noise."""
    parts = digits()
    noise = validated(NoiseSettings, NOISE | {"fresh": True}, Path("test"))
    with seeded_weights(0):
        model = module.build(settings, latent)
    fit(model, parts.train, parts.validation, settings, CPU, 0, noise)
    return model.eval().requires_grad_(False)


@cache
def usual(name: str) -> nn.Module:
    """A model of the main line, with the committed architecture."""
    return trained(name, **(WTA if name == "wta" else {"architecture": "conv"} | AS_COMMITTED))


def training(name: str, **changes: Any) -> Result:
    """Weights."""
    return weights(trained(name, **changes))


def training_of(module: Any, **section: Any) -> Result:
    """Weights of a model that only studies have."""
    return weights(trained_with(module, validated(module.Settings, TRAINING | FEW | section, Path("test"))))


def weights(model: nn.Module) -> Result:
    """Every parameter and buffer."""
    return {name: value.numpy() for name, value in model.state_dict().items()}


def classifying() -> Result:
    """Weights of a classifier."""
    section = changed(NETWORK, {"architecture": "conv"} | AS_COMMITTED)
    settings = validated(classifier.Settings, section, Path("test"))
    with seeded_weights(0):
        model = classifier.build(settings, 10)
    parts = (Images(part.clean, part.labels) for part in (digits().train, digits().validation))
    fit(model, *parts, settings, CPU, 0)
    return weights(model)


def adversaries() -> Result:
    """Both players' weights."""
    with seeded_weights(0):
        model = gan.build(validated(gan.Settings, GAN, Path("test")), latent=10)
    settings = validated(gan.Settings, GAN, Path("test"))
    fit_adversarial(model, torch.from_numpy(digits().train.clean)[:, None], settings, CPU, 0)
    return weights(model)


@cache
def codes(name: str = "ae") -> Codes:
    """Codes of a trained model."""
    return Codes.of(usual(name), digits(), CPU)


def embedding(name: str) -> Result:
    """Every array for which a model has to run."""
    model, parts = usual(name), digits()
    random = np.random.default_rng(0)
    arrays = Pictures(model, codes(name).train, parts.train, parts.test, EMBED, CPU, random).all()
    measured = denoising_metrics(model, parts.test, CPU, 0) | Reading.of(codes(name), parts, EMBED).metrics()
    return arrays | {key: np.asarray(value) for key, value in measured.items()}


def probe() -> Result:
    """A linear SVM on wide features."""
    parts, wide = digits(), codes("wta")
    labels = np.concatenate([parts.train.labels, parts.validation.labels])
    found = fit_linear_probe(wide.known, labels, len(parts.validation), (0.1, 1.0, 10.0, 100.0))
    return {"weights": found.weights, "c": np.asarray(found.c)}


def maps() -> Result:
    """t-SNE and kernel PCA, of narrow codes and of wide ones."""
    found = {}
    for name in ("ae", "wta"):
        points = tsne(codes(name).train, 20.0, 0)
        found |= {f"{name} t-SNE": points, f"{name} kernel PCA": kernel_pca(codes(name).train, 3, 0)}
        found[f"{name} trust"] = np.asarray(trustworthiness(codes(name).train, points, 5))
    return found


def components() -> Result:
    """PCA of images, and their distances to each other."""
    parts = digits()
    pca = fit_pca(parts.train.clean, 10)
    restored = pca.reconstruct(parts.test.noisy)
    return {"axes": pca.components, "restored": restored} | {
        "distances": nearest_distance(parts.test.clean, parts.train.clean)
    }


def linear_algebra() -> Result:
    """What studies take from NumPy and SciPy, in float64."""
    flat = digits().train.clean.reshape(len(digits().train), -1).astype(np.float64)[:, 300:400]
    covariance = np.cov(flat, rowvar=False) + np.eye(100)
    axes = np.linalg.eigh(covariance)[1][:, -10:]
    other = np.linalg.svd(flat - flat.mean(axis=0), full_matrices=False)[2][5:15].T
    return {
        "eigenvalues": np.linalg.eigvalsh(covariance),
        "solution": np.linalg.solve(covariance, flat.T),
        "log det": np.asarray(np.linalg.slogdet(covariance)[1]),
        "angles": subspace_angles(axes, other),
        "product": axes.T @ other,
        "lengths": np.linalg.norm(flat, axis=1),
    }


def functions() -> Result:
    """Elementary functions of NumPy and SciPy, in both widths."""
    x = np.random.default_rng(0).normal(size=1001)
    found = {"rank": np.asarray(spearmanr(x[:-1], x[1:]).statistic)}
    found["blurred"] = ndimage.gaussian_filter(digits().train.clean[:9].astype(np.float32), 1)
    for kind in (np.float32, np.float64):
        y = x.astype(kind)
        positive = np.abs(y)
        for function in (np.exp, np.exp2, np.tanh, np.sin, np.cos, np.cbrt, expit):
            found[f"{function.__name__} {kind.__name__}"] = function(y)
        for function in (np.log, np.log1p, np.log10, np.sqrt):
            found[f"{function.__name__} {kind.__name__}"] = function(positive)
        found |= {f"power {kind.__name__}": positive ** kind(1.7), f"logit {kind.__name__}": logit(expit(y))}
        sums = [y.sum(), y.mean(), y.std(), np.median(y), np.dot(y, y)]
        table = y[:1000].reshape(100, 10)
        found |= {f"sums {kind.__name__}": np.asarray(sums)}
        found[f"einsum {kind.__name__}"] = np.einsum("nd,nd->d", table, table)
    return found | {"quantiles": norm.ppf(expit(x))}


def random_numbers() -> Result:
    """NumPy's and PyTorch's generators."""
    drawn, draw = np.random.default_rng(0), torch.Generator().manual_seed(0)
    tensor = torch.empty(999)
    return {
        "normal": drawn.normal(size=999),
        "covariant": drawn.multivariate_normal(np.zeros(9), np.eye(9) + 0.1, size=99),
        "permuted": drawn.permutation(999),
        "torch normal": tensor.normal_(generator=draw).numpy().copy(),
        "torch uniform": tensor.uniform_(generator=draw).numpy().copy(),
        "torch permuted": torch.randperm(999, generator=draw).numpy(),
        "fitted": fitted_gaussian(codes().train, 99, drawn),
    }


def figure() -> Figure:
    """Lines, text, an image."""
    drawn = Figure(figsize=(3, 2), dpi=100)
    axes = drawn.subplots()
    axes.plot(np.sin(np.arange(50) / 5), label="sine, μ and ½")
    axes.scatter(np.arange(50), np.cos(np.arange(50) / 7), c=np.arange(50), cmap="viridis")
    axes.imshow(digits().train.clean[0], extent=(10, 30, -0.5, 0.5), aspect="auto")
    axes.legend()
    return drawn


def written(save: Callable[[Path], None], suffix: str) -> Result:
    """The bytes of a file that `save` writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{suffix}"
        save(path)
        return path.read_bytes()


def explorer_data() -> Result:
    """What the explorer carries: rounded weights, and where codes lie, compressed."""
    random = np.random.default_rng(0)
    codes = random.standard_normal((300, 10), dtype=np.float32) @ random.standard_normal((10, 10), np.float32)
    packing = Packing()
    packing.manifest([rounded_layer(layer, 8) for layer in layers_of(build("ae").eval()).decoder])
    packing.manifest([code_space.coordinates(codes), code_space.nearest(codes, 5), code_space.fitted(codes)])
    return packing.text().encode()


COMPUTATIONS: dict[str, Callable[[], Result]] = {
    "ae conv": lambda: weights(usual("ae")),
    "ae conv-pool": partial(training, "ae", architecture="conv-pool", conv={"channels": [8, 16]}),
    "ae dense, cross-entropy": partial(training, "ae", objective="cross-entropy"),
    "ae dense, sigmoid, SGD": partial(
        training, "ae", activation="sigmoid", optimizer="sgd", sgd={"momentum": 0.9}, initialisation_std=0.1
    ),
    "ae dense, tanh, linear output": partial(training, "ae", activation="tanh", output="linear"),
    "vae conv": lambda: weights(usual("vae")),
    "vae dense, sigmoid": partial(training, "vae", decoder_activation="sigmoid"),
    "wta dense": lambda: weights(usual("wta")),
    "wta tied": partial(training, "wta", dense={"units": 100, "tied": True}),
    "wta conv": partial(training, "wta", architecture="conv"),
    "wta stack": partial(training, "wta", stack=[{"architecture": "dense", "size": 50, "lifetime": 0.2}]),
    "classifier": classifying,
    "adversaries": adversaries,
    "maps, strided": partial(training_of, conv_maps, shape="strided", channels=[8, 16], kernel=5),
    "maps, pool": partial(training_of, conv_maps, shape="pool", channels=[8, 16], kernel=5),
    "maps, stride-free": partial(training_of, conv_maps, shape="stride-free", channels=[8, 16], kernel=5),
    "conv denoiser": partial(training_of, conv_denoiser, filters=16),
    "sigmoid codes": partial(
        training_of,
        sigmoid_codes,
        architecture="conv-pool",
        dense={"encoder_hidden": [30], "decoder_hidden": [60, 40]},
        conv={"encoder_channels": [4, 8], "decoder_channels": [8, 16], "hidden": 20},
        activation="tanh",
    ),
    "embed ae": partial(embedding, "ae"),
    "embed vae": partial(embedding, "vae"),
    "embed wta": partial(embedding, "wta"),
    "probe": probe,
    "t-SNE and kernel PCA": maps,
    "PCA and distances": components,
    "linear algebra": linear_algebra,
    "functions": functions,
    "random numbers": random_numbers,
    "png": partial(written, lambda path: save_png(figure(), path), ".png"),
    "gif": partial(written, lambda path: save_gif([figure(), figure()], path), ".gif"),
    "explorer's data": explorer_data,
    "npz": partial(written, lambda path: save_arrays(path, numbers=np.arange(9.0), more=np.eye(3)), ".npz"),
}
