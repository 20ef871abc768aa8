import numpy as np
import pytest

from stages.images.datasets import Images, NoisyImages
from stages.images.impostors import KINDS
from stages.studies.judges import experiment
from stages.studies.judging import load_judges
from stages.training.checkpoints import save_model
from tests.small import CPU, build, model_settings
from tests.studies import tiny

STUDY = "judges"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="module")
def result(folder):
    changes = {"copies": 3, "hidden": 16, "critic__epochs": 6, "classifier__epochs": 2}
    changes |= {f"{judge}__conv__channels": [6, 12] for judge in ("critic", "classifier")}
    changes |= {f"{judge}__batch_size": 20 for judge in ("critic", "classifier")}
    with pytest.MonkeyPatch.context() as patch:
        save_main_line(folder)
        yield tiny.run_tiny(STUDY, folder, patch, **changes)


def save_main_line(folder):
    tiny.write_digits(folder)
    test = Images.load(folder / "data/raw/test.npz")
    NoisyImages(test.images, test.images, test.labels).save(folder / "data/noisy/test.npz")
    for name in experiment.DECODERS:
        save_model(folder / "data/models" / name, name, build(name, 4), model_settings(name), 4)


def test_real_images_pass_and_noise_does_not(result):
    accepted = result[0]["verdicts"].set_index("pictures").accepted
    assert accepted["real"] > 0.8
    assert accepted["noise"] < 0.2
    assert accepted[["cross-fade", "overlay"]].max() < accepted["real"]


def test_every_sort_of_picture_is_shown_to_both(result):
    verdicts = result[0]["verdicts"]
    decoded = [f"{name} {what}" for name in ("ae", "vae") for what in ("restored", "cross-fade")]
    assert verdicts.pictures.tolist() == ["real", "real, softened", *KINDS, *decoded]
    assert verdicts[["accepted", "sure"]].stack().between(0, 1).all()


def test_every_epoch_of_both_is_recorded_and_shown(result):
    found, page, figures = result
    assert found["epochs"].groupby("judge").epoch.apply(list).to_dict() == {
        "critic": [1, 2, 3, 4, 5, 6],
        "classifier": [1, 2],
    }
    assert figures == {"verdicts.png", "epochs.png"}
    assert all(f"](figures/{name})" in page for name in figures)


def test_the_threshold_accepts_the_wanted_share_of_real_validation_images(result, folder, monkeypatch):
    monkeypatch.chdir(folder)
    judges = load_judges(CPU)
    bench = experiment.Bench.of(experiment.Settings.read())
    generator = np.random.default_rng(experiment.derived(bench.seed, "impostors"))
    parts = (bench.parts.train, bench.parts.validation)
    unknown = [experiment.real_and_made_up(part.clean, part.labels, 3, generator) for part in parts][1]
    real = unknown.images[unknown.labels == 1]
    assert judges.accepted(real).mean() == pytest.approx(0.95, abs=0.01)


def test_half_of_what_the_critic_learns_from_is_real():
    digits = tiny.small_digits(train=4, validation=2, test=2).train
    made = experiment.real_and_made_up(digits.clean, digits.labels, 2, np.random.default_rng(0))
    assert len(made) == 4 * len(digits)
    assert made.labels.mean() == 0.5


def test_the_page_says_so_where_the_critic_fails(result):
    found = result[0]
    good = {"real": 0.96, "ae restored": 0.95, "vae restored": 0.95}
    table = found["verdicts"].assign(sure=0.5, accepted=lambda rows: rows.pictures.map(good).fillna(0.1))
    assert "By a critic that has learned to." in tiny.render(STUDY, found, verdicts=table)
    table.loc[table.pictures == "noise", "accepted"] = 0.5
    assert "Not surely" in tiny.render(STUDY, found, verdicts=table)
