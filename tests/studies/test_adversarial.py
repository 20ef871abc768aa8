import numpy as np
import pandas as pd
import pytest

from stages.studies.adversarial.experiment import changes, of_run
from stages.studies.bench import Bench
from tests.small import CPU, small_digits
from tests.studies.tiny import render, run_tiny, write_judges

STUDY = "adversarial"
SETTINGS, RUNS, EPOCHS = ["balanced", "no_batch_norm", "too_high", "unbalanced"], 2, 3


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    changes = {"latent": 4, "runs": RUNS, "samples": 40}
    changes |= {"gan__channels": [4, 6], "gan__epochs": EPOCHS, "gan__batch_size": 40}
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("study")
        write_judges(folder)
        yield run_tiny(STUDY, folder, patch, **changes)


def test_every_setting_seed_and_epoch_is_measured(result):
    found = result[0]
    assert list(found["runs"].setting.unique()) == SETTINGS
    assert len(found["runs"]) == len(SETTINGS) * RUNS
    assert len(found["epochs"]) == len(SETTINGS) * RUNS * EPOCHS
    np.testing.assert_allclose(found["shares"].groupby(["setting", "seed"]).share.sum(), 1, atol=1e-4)


def test_measures_lie_where_they_can(result):
    runs = result[0]["runs"]
    assert runs.diversity.between(1, 10).all()
    assert runs.accepted.between(0, 1).all()
    assert runs.accepted_range.between(0, 1).all()
    assert runs[["real_right", "made_right"]].stack().between(0, 1).all()
    assert (runs.least_discriminator_loss <= runs.discriminator_loss).all()
    assert (runs.discriminator_loss <= runs.most_discriminator_loss).all()
    assert (runs.generator_loss_range >= 0).all()


def test_other_setting_and_other_seeds_are_other_runs(result):
    assert result[0]["runs"].generator_loss.is_unique


def test_a_run_is_judged_by_the_epochs_given(result):
    late = pd.DataFrame({name: [0.5, 0.5] for name in result[0]["epochs"].columns})
    one = of_run(late.assign(discriminator_loss=[6.0, 0.0], diversity=[2.0, 3.0], accepted=[0.9, 0.6]))
    assert one["discriminator_loss"] == 3
    assert (one["least_discriminator_loss"], one["most_discriminator_loss"]) == (0, 6)
    assert (one["diversity"], one["late_diversity"]) == (3, 2.5)
    assert one["accepted_range"] == pytest.approx(0.3)


def test_the_page_shows_every_figure(result):
    _, text, figures = result
    assert figures == {"samples.gif", "losses.png", "measures.png", "shares.png"}
    for name in figures:
        assert f"](figures/{name})" in text


@pytest.mark.parametrize(("moved", "steady"), [(0.1, True), (0.5, False)])
def test_losses_that_swing_are_not_called_steady(result, moved, steady):
    runs = result[0]["runs"]
    working = runs.setting == "balanced"
    changed = runs.assign(
        discriminator_loss=1.3,
        least_discriminator_loss=1.3 * (1 - moved),
        most_discriminator_loss=1.3,
        generator_loss=0.9,
        generator_loss_range=0.9 * moved,
        accepted=np.where(working, 0.45, 0.05),
    )
    text = render(STUDY, result[0], runs=changed)
    assert text.split("\n\n")[1].startswith("> One that works") == steady
    assert "the losses are steady" in text or not steady
    assert "45" in text.split("\n\n")[1]


@pytest.mark.parametrize("bare", [0.4, 0.8])
def test_batch_normalisation_changes_what_differs_in_every_seed(result, bare):
    runs = result[0]["runs"]
    share = np.where(runs.setting == "no_batch_norm", bare, 0.8)
    same = runs.assign(late_diversity=9)
    text = render(STUDY, result[0], runs=same.assign(late_accepted=share))
    assert ("in every seed the share that passes is lower" in text) == (bare < 0.8)
    assert ("No worse" in text) == (bare == 0.8)


@pytest.mark.parametrize("variety", [0.01, 0.5])
def test_a_collapse_is_the_same_picture_for_nearly_every_code(result, variety):
    text = render(STUDY, result[0], runs=result[0]["runs"].assign(variety=variety))
    assert (f"is what {RUNS} of {RUNS} ended" in " ".join(text.split())) == (variety < 0.1)


def test_pictures_that_stay_as_they_are_do_not_change(result):
    epochs = result[0]["epochs"]
    assert epochs[epochs.epoch == 1].changed.isna().all()
    later = epochs[epochs.epoch > 1].changed
    assert (later >= 0).all()  # a generator that has collapsed may stand still
    assert later.max() > 0.01
    digits = small_digits(train=4, validation=1, test=1)
    bench = Bench(digits, CPU, seed=0)
    still, moved = digits.train.clean[:3], digits.train.clean[1:4]
    first, second, third = changes(np.stack([still, still, moved]), bench)
    assert np.isnan(first)
    assert second == 0
    assert third > 0
