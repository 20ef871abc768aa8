"""Checkpoints: what is loaded is what was saved, and neither damage nor code gets through."""

import hashlib
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save as as_bytes

from stages.common.errors import StudyError
from stages.training.checkpoints import load_description, load_model, model_module, save_model
from stages.training.loop import fit
from tests.small import CPU, build, model_settings, random_images

ROOT = Path(__file__).parents[2]
MODELS = {
    "ae": ("ae", {"architecture": "conv"}),
    "ae, pooling": ("ae", {"architecture": "conv-pool"}),
    "vae": ("vae", {}),
    "wta": ("wta", {"stack": [{"architecture": "dense", "size": 20, "lifetime": 0.2}]}),
    "wta, tied": ("wta", {"tied": True}),
    "wta, conv": ("wta", {"architecture": "conv"}),
}
IMAGES = random_images(5)


def save(folder, name, changes):
    latent = None if name == "wta" else 10
    model = build(name, **changes)
    save_model(folder, name, model, model_settings(name, **changes), latent)
    return model


@pytest.mark.parametrize(("name", "changes"), MODELS.values(), ids=MODELS)
def test_a_loaded_model_gives_the_very_same_outputs(tmp_path, name, changes):
    model = save(tmp_path, name, changes).eval()
    loaded = load_model(tmp_path)
    assert torch.equal(loaded(IMAGES), model(IMAGES))
    assert torch.equal(loaded.encode(IMAGES), model.encode(IMAGES))
    assert torch.equal(loaded.features(IMAGES), model.features(IMAGES))


@pytest.mark.parametrize(("name", "changes"), MODELS.values(), ids=MODELS)
def test_weights_and_thresholds_of_a_trained_model_come_back_exactly(tmp_path, name, changes, digits):
    model, settings = build(name, **changes), model_settings(name, **changes, epochs=1)
    fit(model, digits.validation, digits.validation, settings, CPU, seed=0)
    save_model(tmp_path, name, model, settings, None if name == "wta" else 10)
    loaded = load_model(tmp_path)
    saved = model.state_dict()
    assert saved.keys() == loaded.state_dict().keys()
    assert all(torch.equal(value, saved[key]) for key, value in loaded.state_dict().items())
    torch.testing.assert_close(loaded(IMAGES), model(IMAGES))


@pytest.mark.parametrize(("name", "changes"), MODELS.values(), ids=MODELS)
def test_a_loaded_model_is_in_evaluation_mode_and_the_global_generator_untouched(tmp_path, name, changes):
    save(tmp_path, name, changes)
    before = torch.get_rng_state()
    assert not load_model(tmp_path).training
    assert torch.equal(torch.get_rng_state(), before)


def test_loading_a_model_does_not_load_pytorchs_compiler(tmp_path):
    save(tmp_path, "wta", {})
    script = (
        "import sys; from stages.training.checkpoints import load_model;"
        f"load_model({str(tmp_path)!r}); print('torch._inductor' in sys.modules, 'sympy' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True) == "False False\n"


def test_name_latent_and_settings_come_back(tmp_path):
    save(tmp_path, "vae", {})
    assert load_description(tmp_path) == ("vae", 10, model_settings("vae"))


def test_the_same_model_has_the_same_bytes(tmp_path):
    save(tmp_path / "a", "vae", {})
    save(tmp_path / "b", "vae", {})
    for name in ("weights.safetensors", "model.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_weights_file_is_a_json_header_and_numbers(tmp_path):
    model = save(tmp_path, "ae", {})
    content = (tmp_path / "weights.safetensors").read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    assert {entry["dtype"] for entry in header.values()} == {"F32"}
    assert header.keys() == model.state_dict().keys()
    assert len(content) == 8 + length + 4 * sum(value.numel() for value in model.state_dict().values())


def with_checksum(folder, content):
    """Exchange the weights in `folder`, and have `model.json` vouch for them."""
    (folder / "weights.safetensors").write_bytes(content)
    describe(folder, weights=hashlib.sha256(content).hexdigest())


def describe(folder, **changes):
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("code in a file was run",))


OF_NO_TYPE = b'{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}'


@pytest.mark.parametrize(
    "content", [pickle.dumps(Bomb()), b"", len(OF_NO_TYPE).to_bytes(8, "little") + OF_NO_TYPE + b"\0"]
)
def test_what_holds_no_weights_is_refused_and_not_run(tmp_path, content):
    save(tmp_path, "ae", {})
    with_checksum(tmp_path, content)
    with pytest.raises(StudyError, match=r"weights.safetensors cannot be read .*`dvc repro` makes it again"):
        load_model(tmp_path)


@pytest.mark.parametrize("share", [0, 0.001, 0.5, 0.999])
def test_truncated_weights_are_refused(tmp_path, share):
    save(tmp_path, "ae", {})
    whole = (tmp_path / "weights.safetensors").read_bytes()
    (tmp_path / "weights.safetensors").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(StudyError, match=r"weights.safetensors is damaged, .*`dvc repro` makes it again"):
        load_model(tmp_path)


def test_a_single_flipped_bit_is_refused(tmp_path):
    save(tmp_path, "ae", {})
    content = bytearray((tmp_path / "weights.safetensors").read_bytes())
    content[-100] ^= 1
    (tmp_path / "weights.safetensors").write_bytes(content)
    with pytest.raises(StudyError, match=r"weights.safetensors is damaged, .*`dvc repro` makes it again"):
        load_model(tmp_path)


def test_weights_of_another_model_of_the_same_architecture_are_refused(tmp_path):
    for name, seed in (("one", 1), ("two", 2)):
        save_model(tmp_path / name, "ae", build("ae", seed=seed), model_settings("ae"), 10)
    (tmp_path / "one/weights.safetensors").replace(tmp_path / "two/weights.safetensors")
    with pytest.raises(StudyError, match="or was not saved with model.json beside it"):
        load_model(tmp_path / "two")


def test_a_description_without_a_checksum_is_refused(tmp_path):
    save(tmp_path, "ae", {})
    content = json.loads((tmp_path / "model.json").read_text())
    del content["weights"]
    (tmp_path / "model.json").write_text(json.dumps(content))
    with pytest.raises(StudyError, match="or was not saved with model.json beside it; delete the folder"):
        load_model(tmp_path)


@pytest.mark.parametrize("other", [{"hidden": [32]}, {"hidden": [64, 64]}, {"architecture": "conv"}])
def test_weights_of_another_architecture_are_refused(tmp_path, other):
    save(tmp_path, "ae", {})
    describe(tmp_path, settings=model_settings("ae", **other).model_dump())
    with pytest.raises(StudyError, match="the weights are of another architecture or type than model.json"):
        load_model(tmp_path)


@pytest.mark.parametrize("kind", [torch.float16, torch.float64, torch.int64, torch.complex64])
def test_weights_of_another_type_are_refused(tmp_path, kind):
    model = save(tmp_path, "ae", {})
    with_checksum(tmp_path, as_bytes({name: value.to(kind) for name, value in model.state_dict().items()}))
    with pytest.raises(StudyError, match="the weights are of another architecture or type than model.json"):
        load_model(tmp_path)


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_weights_that_are_not_finite_are_refused(tmp_path, value):
    model = build("ae")
    model.state_dict()["decoder.0.bias"][3] = value
    save_model(tmp_path, "ae", model, model_settings("ae"), 10)
    with pytest.raises(StudyError, match="the weights decoder.0.bias are not all finite; delete the folder"):
        load_model(tmp_path)


HUGE = {
    "channels": ("ae", {"architecture": "conv"}, "channels", lambda size: [size, size]),
    "channels, pooling": ("ae", {"architecture": "conv-pool"}, "channels", lambda size: [size, size]),
    "hidden layers": ("vae", {}, "hidden", lambda size: [size, size]),
    "units": ("wta", {}, "units", int),
    "maps": ("wta", {"architecture": "conv"}, "maps", int),
    "kernels": ("wta", {"architecture": "conv"}, "encoder_kernels", lambda size: [size + 1]),
    "kernel": ("wta", {"architecture": "conv"}, "decoder_kernel", lambda size: size + 1),
    "stack": (
        "wta",
        {},
        "stack",
        lambda size: [{"architecture": "dense", "size": size, "lifetime": 0.2}],
    ),
}


@pytest.mark.parametrize("zeros", [6, 12, 18, 19, 400])
@pytest.mark.parametrize(("name", "changes", "key", "value"), HUGE.values(), ids=HUGE)
def test_sizes_that_no_computer_can_hold_are_refused_at_once(tmp_path, name, changes, key, value, zeros):
    save(tmp_path, name, changes)
    settings = model_settings(name, **changes | {key: value(10**zeros)})
    describe(tmp_path, settings=settings.model_dump(mode="json"))
    with pytest.raises(
        StudyError, match=r"of another architecture|describes sizes beyond any computer"
    ) as caught:
        load_model(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_folder_in_place_of_weights_is_refused(tmp_path):
    save(tmp_path, "ae", {})
    (tmp_path / "weights.safetensors").unlink()
    (tmp_path / "weights.safetensors").mkdir()
    with pytest.raises(StudyError, match=r"weights.safetensors cannot be read \(IsADirectoryError\)"):
        load_model(tmp_path)


@pytest.mark.parametrize("missing", ["weights.safetensors", "model.json"])
def test_a_missing_file_is_named(tmp_path, missing):
    save(tmp_path, "ae", {})
    (tmp_path / missing).unlink()
    with pytest.raises(StudyError, match=f"{missing} does not exist; `dvc repro` makes it"):
        load_model(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"model": "ae"', "model.json cannot be read"),
        ("[1, 2]", "model.json"),
        ('{"model": "foo", "latent": 3, "settings": {}}', "'foo' is no model"),
        ('{"model": "ae", "latent": 3, "settings": {}}', "model.json: epochs is missing"),
        ('{"model": "ae", "latent": 0, "settings": {}}', "model.json: latent is 0; it should be greater"),
    ],
)
def test_a_damaged_description_is_refused(tmp_path, content, message):
    save(tmp_path, "ae", {})
    (tmp_path / "model.json").write_text(content)
    with pytest.raises(StudyError, match=message):
        load_model(tmp_path)


@pytest.mark.parametrize("name", ["ae", "vae"])
def test_a_description_without_the_size_of_the_code_is_refused(tmp_path, name):
    save_model(tmp_path, name, build(name), model_settings(name), latent=None)
    with pytest.raises(StudyError, match=r"model.json: latent is null; it should be the size of the code"):
        load_model(tmp_path)


def test_a_models_module_is_the_file_of_its_name():
    assert model_module("vae").__name__ == "stages.models.vae"
