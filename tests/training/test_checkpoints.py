"""Checkpoints: what is loaded is what was saved, and neither damage nor code gets through."""

import json
import pickle

import pytest
import torch

from stages.common.errors import StudyError
from stages.training.checkpoints import load_description, load_model, model_module, save_model
from stages.training.loop import fit
from tests.small import CPU, build, model_settings, random_images

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


def test_a_loaded_model_is_in_evaluation_mode_and_the_global_generator_untouched(tmp_path):
    save(tmp_path, "wta", {})
    before = torch.get_rng_state()
    assert not load_model(tmp_path).training
    assert torch.equal(torch.get_rng_state(), before)


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


def test_a_pickle_in_place_of_weights_is_refused_and_not_run(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("code in a file was run",))

    save(tmp_path, "ae", {})
    (tmp_path / "weights.safetensors").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(StudyError, match="weights.safetensors is damaged"):
        load_model(tmp_path)


@pytest.mark.parametrize("share", [0, 0.001, 0.5, 0.999])
def test_truncated_weights_are_refused(tmp_path, share):
    save(tmp_path, "ae", {})
    whole = (tmp_path / "weights.safetensors").read_bytes()
    (tmp_path / "weights.safetensors").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(StudyError, match=r"weights.safetensors is damaged .*`dvc repro` makes it again"):
        load_model(tmp_path)


@pytest.mark.parametrize("other", [{"hidden": [32]}, {"hidden": [64, 64]}, {"architecture": "conv"}])
def test_weights_of_another_architecture_are_refused(tmp_path, other):
    save(tmp_path / "one", "ae", {})
    save(tmp_path / "two", "ae", other)
    (tmp_path / "one/weights.safetensors").replace(tmp_path / "two/weights.safetensors")
    with pytest.raises(
        StudyError, match="weights of another architecture than model.json beside it describes"
    ):
        load_model(tmp_path / "two")


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
