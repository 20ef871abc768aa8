"""Bad input: one line that names the thing, what is wrong and what would be right; earlier outputs stay."""

import errno
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml

from stages import check_params, embed, fetch_data, train_ae, train_vae, train_wta, tsne
from stages.common import artifacts
from stages.common.artifacts import save_arrays
from stages.common.errors import StudyError, run
from stages.common.settings import read_yaml
from stages.training.checkpoints import save_model
from tests.small import build, model_settings

ROOT = Path(__file__).parents[1]
DROPPED = object()  # as a value: the key is left out


@pytest.fixture
def study(tmp_path, monkeypatch) -> Path:
    """An empty study with the project's own params.yaml, as working folder."""
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def change(**changes: Any) -> None:
    """Edit params.yaml: `latent=5`, or `ae__epochs=3` for a key of a section."""
    params = read_yaml(Path("params.yaml"))
    for name, value in changes.items():
        *sections, key = name.split("__")
        place = params
        for section in sections:
            place = place[section]
        if value is DROPPED:
            del place[key]
        else:
            place[key] = value
    Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))


def replace(old: str, new: str) -> None:
    """Edit params.yaml as text."""
    text = Path("params.yaml").read_text()
    assert old in text
    Path("params.yaml").write_text(text.replace(old, new, 1))


def refusal(main: Callable[..., None] = check_params.main, *arguments: str) -> str:
    """The one line with which a stage refuses."""
    with pytest.raises(StudyError) as caught:
        main(*arguments)
    message = str(caught.value)
    assert message.count("\n") == 0
    return message


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- params.yaml


def test_the_projects_own_params_are_accepted(study):
    check_params.main()
    assert files(study / "data") == {"params.ok": b"params.yaml was accepted\n"}


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("latnet", "latent"),
        ("Seed", "seed"),
        ("ae__learning_rat", "ae.learning_rate"),
        ("vae__betta", "vae.beta"),
        ("wta__lifetimes", "wta.lifetime"),
        ("ae__channels", "ae.conv.channels"),
        ("ae__dense__hiden", "ae.dense.hidden"),
        ("vae__sgd__momentun", "vae.sgd.momentum"),
        ("wta__conv__pol", "wta.conv.pool"),
        ("ae__dens", "ae.dense"),
        ("noise__ammount", "noise.amount"),
        ("data__dataset_", "data.dataset"),
        ("tsne__perplexty", "tsne.perplexity"),
        ("embed__neighbors", "embed.neighbours"),
    ],
)
def test_an_unknown_key_gets_the_nearest_known_one(study, name, nearest):
    change(**{name: 1})
    key = name.replace("__", ".")
    assert refusal() == f"params.yaml: {key} is unknown; the nearest known key is {nearest}"


def test_an_unknown_key_in_a_list_of_sections_gets_the_nearest_of_that_section(study):
    change(wta__stack=[{"architecture": "dense", "size": 9, "lifetime": 0.1, "sise": 9}])
    assert refusal() == "params.yaml: wta.stack.0.sise is unknown; the nearest known key is wta.stack.size"


@pytest.mark.parametrize("name", ["seed", "latent", "wta", "ae__epochs", "noise__kind", "tsne__images"])
def test_a_missing_key_is_named(study, name):
    change(**{name: DROPPED})
    assert refusal() == f"params.yaml: {name.replace('__', '.')} is missing; it is needed"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("latent", 0, "it should be greater than or equal to 1"),
        ("latent", 10_000_000, "it should be less than or equal to 10000"),
        ("latent", "abc", "it should be a valid integer"),
        ("latent", 2.5, "it should be a valid integer"),
        ("latent", [2, 5], "it should be a valid integer"),
        ("seed", -1, "it should be greater than or equal to 0"),
        ("arithmetic", "quick", "it should be 'portable' or 'fast'"),
        ("processes", 0, "it should be greater than or equal to 1"),
        ("parallel__backend", "ray", "it should be 'loky' or 'dask'"),
        ("parallel__dask__scheduler", "here", "it should be an address such as tcp://127.0.0.1:8786"),
        (
            "data__dataset",
            "mnist5k",
            "it should be 'mnist-5k', 'mnist', 'fashion-mnist', 'kmnist', 'cifar10', 'svhn' or 'own'",
        ),
        ("data__test_fraction", 1, "it should be less than 1"),
        ("noise__kind", "gauss", "it should be 'gaussian', 'salt-and-pepper' or 'masking'"),
        ("noise__amount", -0.1, "it should be greater than or equal to 0"),
        ("noise__fresh", "yes", "it should be a valid boolean"),
        ("noise__validation_fraction", 0, "it should be greater than 0"),
        ("ae__architecture", "cnn", "it should be 'conv', 'conv-pool' or 'dense'"),
        ("ae__learning_rate", -0.001, "it should be greater than 0"),
        ("ae__learning_rate", "fast", "it should be a valid number"),
        ("vae__learning_rate", float("nan"), "it should be a finite number"),
        ("ae__epochs", 0, "it should be greater than or equal to 1"),
        ("vae__epochs", 2.5, "it should be a valid integer"),
        ("vae__beta", -1, "it should be greater than or equal to 0"),
        ("vae__batch_size", 0, "it should be greater than or equal to 1"),
        ("vae__batch_size", 32_000_000, "it should be less than or equal to 60000"),
        ("wta__conv__encoder_kernels", 7, "it should be a list"),
        ("wta__conv__decoder_kernel", 10, "it should be odd, to have a middle"),
        ("ae__conv__channels", [32, 64, 64], "it should have at most 2 items, not 3"),
        ("vae__sgd__momentum", 1, "it should be less than 1"),
        ("ae__initialisation_std", 0, "it should be greater than 0"),
        ("ae__output", "relu", "cross-entropy needs probabilities, so 'sigmoid'"),
        ("wta__lifetime", 0, "it should be greater than 0"),
        ("wta__lifetime", 1.5, "it should be less than or equal to 1"),
        ("wta__dense__units", 0, "it should be greater than or equal to 1"),
        ("tsne__perplexity", -30, "it should be greater than 0"),
        ("embed__steps", 1, "it should be greater than or equal to 3"),
    ],
)
def test_a_bad_value_is_named_shown_and_corrected(study, name, value, reason):
    change(**{name: value})
    assert refusal() == f"params.yaml: {name.replace('__', '.')} is {value!r}; {reason}"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tsne__perplexity": 1000}, r"tsne.perplexity is 1000; .* below the number of codes: \d+, the "),
        ({"tsne__images": 30}, r"tsne.perplexity is 30; it should be below the number of codes: 30, the "),
        ({"tsne__neighbours": 500}, r"tsne.neighbours is 500; .* below half the number of codes: \d+, "),
        ({"data__test_fraction": 0.006}, r"tsne.perplexity is 30; .* below the number of codes: 30, the "),
        ({"data__test_fraction": 0.01, "tsne__neighbours": 25}, r"tsne.neighbours is 25; .* codes: 50, "),
        ({"noise__kind": "masking", "noise__amount": 1.5}, r"noise.amount is 1.5; .* at most 1"),
        ({"wta__architecture": "conv", "wta__conv__pool": 5}, "wta.conv.pool is 5; .*: 1, 2, 4, 7, 14, 28"),
    ],
)
def test_values_that_do_not_go_together_are_named(study, changes, message):
    change(**changes)
    assert_matches(message, refusal())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"ae__dense": DROPPED, "ae__architecture": "dense"},
            "ae.dense is missing; architecture: dense needs it",
        ),
        ({"ae__conv": DROPPED}, "ae.conv is missing; architecture: conv needs it"),
        (
            {"ae__conv": None, "ae__architecture": "conv-pool"},
            "ae.conv is missing; architecture: conv-pool needs it",
        ),
        ({"wta__dense": DROPPED}, "wta.dense is missing; architecture: dense needs it"),
        ({"vae__sgd": DROPPED, "vae__optimizer": "sgd"}, "vae.sgd is missing; optimizer: sgd needs it"),
        (
            {"parallel__dask": DROPPED, "parallel__backend": "dask"},
            "parallel.dask is missing; backend: dask needs it",
        ),
    ],
)
def test_the_section_of_what_was_chosen_is_needed(study, changes, message):
    change(**changes)
    assert refusal() == f"params.yaml: {message}"


def test_sections_of_what_was_not_chosen_may_be_left_out(study):
    change(ae__dense=DROPPED, ae__sgd=DROPPED, vae__dense=DROPPED, wta__conv=DROPPED)
    check_params.main()


@pytest.mark.parametrize("model", ["ae", "vae", "wta"])
@pytest.mark.parametrize("architecture", ["conv", "dense"])
def test_the_projects_own_params_have_what_every_choice_needs(study, model, architecture):
    change(**{f"{model}__architecture": architecture, f"{model}__optimizer": "sgd"})
    check_params.main()


def test_other_versions_are_said_in_a_line_and_the_run_goes_on(study, capsys):
    Path("constraints.txt").write_text("# exact\ntorch==1.0.0\nnothing-like-it==2.0\n")
    check_params.main()
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("check-params: other versions than constraints.txt says are installed (torch ")
    assert "nothing-like-it" not in line
    assert Path("data/params.ok").exists()


def test_with_the_versions_of_the_committed_bytes_or_where_bytes_are_not_promised_nothing_is_said(
    study, capsys
):
    shutil.copy(ROOT / "constraints.txt", "constraints.txt")
    check_params.main()
    change(arithmetic="fast")
    Path("constraints.txt").write_text("torch==1.0.0\n")
    check_params.main()
    assert capsys.readouterr().out == ""


def test_a_processor_without_avx2_is_named(study, monkeypatch, capsys):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "DEFAULT")
    check_params.main()
    assert "this processor lacks AVX2" in capsys.readouterr().out


def test_own_images_that_are_too_few_to_map_are_refused_before_any_work(study):
    np.savez("own.npz", images=np.zeros((100, 28, 28), np.uint8), labels=np.arange(100) % 10)
    change(data__dataset="own", data__own="own.npz")
    assert refusal() == (
        "tsne.perplexity is 30; it should be below the number of codes: 20, the smallest of tsne.images, "
        "embed.most_images and the number of test images"
    )
    assert not Path("data").exists()


def test_more_images_on_a_map_than_are_encoded_are_refused_before_any_work(study):
    change(embed__most_images=25, tsne__images=40)
    assert refusal() == "tsne.images is 40; it should be at most embed.most_images, which is 25"


@pytest.mark.parametrize(
    ("name", "value"),
    [("ae__epochs", 100_000), ("wta__lifetime", 1.0), ("wta__lifetime", 1), ("vae__beta", 0), ("latent", 1)],
)
def test_what_is_unusual_but_has_a_meaning_is_accepted(study, name, value):
    change(**{name: value})
    check_params.main()


@pytest.mark.parametrize("text", ["1e-5", "1e-05", "1E-5", "0.00001", "1.0e-5"])
def test_a_rate_in_any_notation_is_a_number(study, text):
    replace("learning_rate: 0.005", f"learning_rate: {text}")
    assert check_params.Settings.read().ae.learning_rate == 1e-5
    check_params.main()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("latent: 10", "latent: [10", None),
        ("latent: 10", " latent: 10", 4),
        ("latent: 10", "latent: 10: 5", 4),
        ("latent: 10", "latent: 10\nlatent: 5", 5),
        ("latent: 10", "\tlatent: 10", 4),
    ],
)
def test_broken_yaml_is_called_so(study, old, new, line):
    replace(old, new)
    place = f", line {line}" if line else r", line \d+"
    assert_matches(f"^params.yaml{place}: broken YAML: ", refusal())


def test_several_bad_keys_get_a_line_each(study):
    change(latent=0, latnet=5, ae__epochs=0)
    with pytest.raises(StudyError) as caught:
        check_params.main()
    keys = [line.split(": ")[1].split()[0] for line in str(caught.value).splitlines()]
    assert sorted(keys) == ["ae.epochs", "latent", "latnet"]


def test_refusing_leaves_what_was_there(study):
    check_params.main()
    before = files(study / "data")
    change(latent=0)
    refusal()
    assert files(study / "data") == before


# --- through the command line: exit code 1, one line, no traceback


def stage(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env={"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"latnet": 5}, "params.yaml: latnet is unknown; the nearest known key is latent"),
        ({"latent": "abc"}, "params.yaml: latent is 'abc'; it should be a valid integer"),
    ],
)
def test_the_stage_prints_one_line_and_exits_with_1(study, changes, line):
    change(**changes)
    process = stage("stages.check_params")
    assert (process.returncode, process.stdout, process.stderr) == (1, "", f"check-params: {line}\n")


# --- data, checkpoints, training


@pytest.fixture
def data(study, digits) -> Path:
    """A study with noisy data, and params that train in a moment."""
    for part in ("train", "validation", "test"):
        getattr(digits, part).save(f"data/noisy/{part}.npz")
    for model in ("ae", "vae", "wta"):
        change(**{f"{model}__architecture": "dense", f"{model}__epochs": 1})
    change(ae__dense__hidden=[16], vae__dense__hidden=[16], wta__dense__units=50)
    return study


@pytest.mark.parametrize(
    ("main", "model"), [(train_ae.main, "ae"), (train_vae.main, "vae"), (train_wta.main, "wta")]
)
def test_a_loss_that_is_no_number_stops_training_with_epoch_and_advice(data, main, model):
    rate = {f"{model}__optimizer": "sgd", f"{model}__learning_rate": 1e6, f"{model}__schedule": "constant"}
    change(**rate, ae__output="linear", ae__objective="mean-squared-error")
    assert_matches(r"loss is (nan|inf) in epoch 1: .* try a learning_rate below 1e\+06", refusal(main))
    assert not Path("data/models").exists()


@pytest.mark.parametrize("part", ["train", "validation", "test"])
@pytest.mark.parametrize("damage", ["truncated", "missing"])
def test_damaged_data_are_named(data, part, damage):
    path = Path(f"data/noisy/{part}.npz")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2]) if damage == "truncated" else path.unlink()
    assert_matches(f"^{path} (cannot be read|does not exist).*`dvc repro` makes it", refusal(train_ae.main))


def test_data_of_another_layout_are_named(data):
    save_arrays("data/noisy/train.npz", images=np.zeros((3, 28, 28), np.uint8), labels=np.zeros(3, np.uint8))
    assert refusal(train_ae.main).startswith("data/noisy/train.npz ")


@pytest.mark.parametrize("damage", ["truncated", "missing", "of another architecture"])
def test_a_checkpoint_that_cannot_be_used_is_named(data, damage):
    save_model("data/models/ae", "ae", build("ae"), model_settings("ae"), latent=10)
    weights = Path("data/models/ae/weights.safetensors")
    if damage == "truncated":
        weights.write_bytes(weights.read_bytes()[:-100])
    elif damage == "missing":
        weights.unlink()
    else:
        save_model("other", "ae", build("ae", hidden=[32]), model_settings("ae"), latent=10)
        shutil.copy("other/weights.safetensors", weights)
    assert_matches(rf"^{weights} .*`dvc repro` makes it", refusal(embed.main, "ae"))
    assert not Path("data/embeddings").exists()


def test_a_checkpoint_of_another_kind_is_named(data):
    save_model("data/models/ae", "vae", build("vae"), model_settings("vae"), latent=10)
    assert refusal(embed.main, "ae") == (
        "data/models/ae/model.json describes a model 'vae', not 'ae'; "
        "delete the folder, and `dvc repro` makes it again"
    )


def test_more_perplexity_than_codes_there_are_is_refused(data):
    for part in ("train", "test"):
        codes = {"codes": np.zeros((20, 3), np.float32), "labels": np.zeros(20, np.uint8)}
        save_arrays(f"data/embeddings/ae/{part}.npz", **codes)
    assert_matches("^tsne.perplexity is 30; .* below the number of codes: 20, ", refusal(tsne.main, "ae"))


def test_codes_that_are_none_are_refused(data):
    codes = {"codes": np.full((20, 3), np.nan, np.float32), "labels": np.zeros(20, np.uint8)}
    save_arrays("data/embeddings/ae/train.npz", **codes)
    assert refusal(tsne.main, "ae") == (
        "data/embeddings/ae/train.npz: codes holds NaN or infinite values; "
        "delete it, and `dvc repro` makes it again"
    )


# --- a full disk


@pytest.fixture
def full_disk(monkeypatch) -> Callable[[int], None]:
    """Call it with n: the n-th array from now on is cut off for want of space."""
    save, left = np.lib.format.write_array, []

    def cut_off(file: Any, array: np.ndarray, **flags: Any) -> None:
        left[0] -= 1
        save(file, array[:1], **flags)
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        save(file, array[1:], **flags)

    def fill(files: int) -> None:
        left[:] = [files]
        monkeypatch.setattr(artifacts.np.lib.format, "write_array", cut_off)

    return fill


@pytest.mark.parametrize("number", [1, 2])
def test_a_full_disk_is_one_line_and_leaves_whole_files_alone(study, full_disk, monkeypatch, number):
    monkeypatch.setattr(sys, "argv", ["stages/fetch_data.py"])
    fetch_data.main()
    before = files(study / "data")
    full_disk(number)
    with pytest.raises(SystemExit) as caught:
        run(fetch_data.main)
    assert_matches("^fetch-data: the disk is full; free some space", caught.value.code)
    assert files(study / "data") == before


CONFINED = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-ec"]
SMALL_DISK = (
    'mount -t tmpfs -o size=3m none data; cp -r filled/. data; "$@" || code=$?; ls -AR data; exit $code'
)


def confined(commands: str, *arguments: str) -> subprocess.CompletedProcess:
    """Run commands that may mount what nobody else sees."""
    return subprocess.run(
        [*CONFINED, commands, "sh", *arguments],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )


def test_a_disk_that_is_really_full_is_one_line_and_leaves_no_half_file(data):
    if not shutil.which("unshare") or confined("mount -t tmpfs none data").returncode:
        pytest.skip("needs a small disk of its own: Linux, with user namespaces allowed")
    Path("data").rename("filled")
    Path("data").mkdir()
    change(ae__dense__hidden=[1000])
    process = confined(SMALL_DISK, sys.executable, "-m", "stages.train_ae")
    assert process.returncode == 1
    assert process.stderr.splitlines()[-1].startswith("train-ae: the disk is full; free some space")
    assert "Traceback" not in process.stderr
    assert "data/models/ae:\n" in process.stdout
    assert "weights" not in process.stdout


def assert_matches(pattern: str, text: str) -> None:
    with pytest.raises(StudyError, match=pattern):
        raise StudyError(text)
