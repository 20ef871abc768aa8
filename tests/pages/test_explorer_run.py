"""What views get from the page's data: noise, random codes, and the units of sparse codes."""

import numpy as np
import pytest
import torch

from stages.analyses.code_space import fitted
from stages.analyses.layers import layers_of
from stages.images.pixels import channels_first, channels_last, to_bytes
from stages.images.shape import ImageShape
from stages.pages.explorer.packing import half, rounded_layer
from tests.pages.explorer_scripts import needs_node, run_script
from tests.small import as_images, build, generator

DRAWS = 4000
pytestmark = needs_node


def content_of(model, kind, digits, **more):
    """A run of one model, and of five test digits, as `stages/explore.py` arranges them."""
    return content_with(digits.test.clean[:5], digits.test.labels[:5], model, kind, **more)


def content_with(clean, labels, model, kind, **more):
    """The same of any five images."""
    layers = layers_of(model)
    return {
        "classes": [{"label": 7, "name": "seven", "colour": "#000000"}],
        "image": model.image_shape._asdict(),
        "labels": labels,
        "pixels": clean,
        "models": [
            {
                "key": "it",
                "kind": kind,
                "codeShape": layers.code_shape,
                "latent": int(np.prod(layers.code_shape)),
                "units": layers.code_shape[0],
                "layers": {
                    part: [rounded_layer(layer, 8) for layer in getattr(layers, part)]
                    for part in ("encoder", "decoder")
                },
                "neighbours": np.array([[1, 2], [0, 2], [1, 0], [4, 0], [3, 0]], np.uint16),
                "progress": {
                    "noisy": clean[:2],
                    "clean": clean[2:4],
                    "reconstructions": np.stack([clean[:2], clean[1:3], clean[2:4]]),
                },
                "codes": None,
                "gaussian": None,
                **more,
            }
        ],
    }


def test_images_codes_and_progress_are_those_of_the_run(digits, tmp_path):
    codes = np.arange(50, dtype=np.float16).reshape(5, 10)
    script = """
      const run = runOf(content);
      const model = run.model("it");
      const { progress } = model;
      return { pixels: run.pixels(4), name: run.classOf(7).name, code: model.code(2),
        near: model.neighbours(3), progress: [progress.epochs, progress.count], at: progress.at(1, 1),
        clean: progress.clean(0), sigma: model.encode(run.pixels(0)).sigma };
    """
    model = build("vae").eval()
    found = run_script(tmp_path, script, content_of(model, "gaussian", digits, codes=codes))
    clean = digits.test.clean.reshape(len(digits.test), -1) / 255
    np.testing.assert_allclose(found["pixels"], clean[4], atol=1e-6)
    np.testing.assert_allclose(found["at"], clean[2], atol=1e-6)
    np.testing.assert_allclose(found["clean"], clean[2], atol=1e-6)
    assert (found["name"], found["near"], found["progress"]) == ("seven", [4, 0], [3, 2])
    assert found["code"] == codes[2].tolist()
    _, log_variance = model.encoder(as_images(digits.test.clean[:1]))
    np.testing.assert_allclose(found["sigma"], (log_variance[0] / 2).exp().detach(), atol=0.02)


def test_random_codes_have_the_spread_that_is_asked_for_or_that_codes_have(digits, tmp_path):
    random = np.random.default_rng(0)
    codes = (random.normal(size=(500, 2)) @ [[2, 1], [0, 0.5]] + [3, -1]).astype(np.float32)
    gaussian = {name: half(array) for name, array in fitted(codes).items()}
    script = f"""
      const model = runOf(content).model("it");
      const random = normals(1);
      const draws = (draw) => Array.from({{ length: {DRAWS} }}, draw);
      return [draws(() => model.drawCode(random, 1.5)), draws(() => model.drawFitted(random))];
    """
    content = content_of(build("ae", latent=2).eval(), "plain", digits, gaussian=gaussian)
    wide, like_codes = map(np.array, run_script(tmp_path, script, content))
    np.testing.assert_allclose(wide.std(axis=0), 1.5, rtol=0.05)
    np.testing.assert_allclose(like_codes.mean(axis=0), codes.mean(axis=0), atol=0.15)
    np.testing.assert_allclose(np.cov(like_codes.T), np.cov(codes.T), rtol=0.1, atol=0.05)


@pytest.mark.parametrize("changes", [{}, {"architecture": "conv"}], ids=["dense", "conv"])
def test_an_image_is_the_sum_of_what_its_units_add_and_the_strongest_add_first(changes, digits, tmp_path):
    model = build("wta", **changes).eval()
    script = """
      const run = runOf(content);
      const model = run.model("it");
      const { code } = model.encode(run.pixels(0));
      const units = model.strongest(code);
      const first = units.slice(0, 2).map(({ unit }) => unit);
      return { code, units, kept: model.only(code, first), first, filter: model.filter(first[0], 2) };
    """
    found = run_script(tmp_path, script, content_of(model, "sparse", digits))
    maps = np.array(found["code"]).reshape(model.encode(as_images(digits.test.clean[:1])).shape[1], -1)
    strengths = [unit["strength"] for unit in found["units"]]
    np.testing.assert_allclose(strengths, sorted(maps.max(axis=1)[maps.max(axis=1) > 0], reverse=True))
    kept = np.array(found["kept"]).reshape(maps.shape)
    others = [unit for unit in range(len(maps)) if unit not in found["first"]]
    np.testing.assert_array_equal(kept[found["first"]], maps[found["first"]])
    assert not kept[others].any()

    layer = model.layers[0]
    if changes:  # its kernel, in the middle
        picture = np.array(found["filter"]).reshape(28, 28)[11:18, 11:18]
        weights = layer.decoder.weight[found["first"][0], 0].detach()
    else:
        picture = np.array(found["filter"])
        weights = layer.decoder.weight[:, found["first"][0]].detach()
    np.testing.assert_allclose(picture, 2 * weights, atol=0.002)


def test_noise_is_that_of_training_and_comes_again_with_its_seed(tmp_path):
    script = """
      const grey = new Float32Array(20000).fill(0.5);
      const noisy = (kind, amount) => addNoise(grey, kind, amount, 3);
      return { again: noisy("masking", 0.3), gaussian: noisy("gaussian", 0.1), masking: noisy("masking", 0.3),
        saltAndPepper: noisy("salt-and-pepper", 0.3), none: noisy("gaussian", 0) };
    """
    found = {name: np.array(values) for name, values in run_script(tmp_path, script).items()}
    assert found["none"].tolist() == [0.5] * 20_000
    np.testing.assert_array_equal(found["again"], found["masking"])
    assert found["gaussian"].std() == pytest.approx(0.1, rel=0.03)
    assert found["gaussian"].mean() == pytest.approx(0.5, abs=0.005)
    assert np.mean(found["masking"] == 0) == pytest.approx(0.3, abs=0.02)
    assert np.mean(found["saltAndPepper"] == 0) == pytest.approx(0.15, abs=0.02)
    assert np.mean(found["saltAndPepper"] == 1) == pytest.approx(0.15, abs=0.02)


@pytest.mark.parametrize("architecture", ["conv", "dense"])
@pytest.mark.parametrize("shape", [ImageShape(3, 16, 24), ImageShape(1, 24, 8)], ids=["RGB", "high"])
def test_images_of_any_shape_are_encoded_and_decoded_as_by_the_model(tmp_path, architecture, shape):
    model = build("ae", shape=shape, architecture=architecture).eval()
    images = torch.rand(5, *shape, generator=generator())
    kept = channels_last(to_bytes(images))
    script = """
      const { encode, decode } = runOf(content).model("it");
      const { code } = encode(runOf(content).pixels(3));
      return { code, picture: decode(code) };
    """
    found = run_script(tmp_path, script, content_with(kept, np.zeros(5, np.uint8), model, "plain"))
    code = model.encode(channels_first(torch.from_numpy(kept[3:4])) / 255)
    np.testing.assert_allclose(found["code"], code[0].detach().numpy(), atol=0.01)
    picture = channels_last(model.decode(code).detach().numpy())[0]
    np.testing.assert_allclose(np.reshape(found["picture"], picture.shape), picture, atol=0.01)
