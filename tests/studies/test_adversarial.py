import numpy as np
import pytest

from stages.studies import adversarial as study
from tests.studies.tiny import run_tiny


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    changes = {
        "latent": 4,
        "runs": 2,
        "samples": 40,
        "gan__channels": [4, 6],
        "gan__epochs": 3,
        "gan__batch_size": 40,
        "judge__channels": [4, 6],
        "judge__epochs": 3,
        "judge__batch_size": 20,
    }
    with pytest.MonkeyPatch.context() as patch:
        return run_tiny(study.STUDY, study, folder, patch, **changes)


def test_every_setting_and_seed_is_measured(result):
    metrics, _, _ = result
    assert list(metrics["settings"]) == ["working", "too_high", "unbalanced"]
    for entry in metrics["settings"].values():
        assert list(entry["runs"]) == ["seed0", "seed1"]
        assert sum(entry["shares"].values()) == pytest.approx(1, abs=1e-4)
        for one in entry["runs"].values():
            assert 1 <= one["diversity"] <= 10
            assert 0.1 <= one["confidence"] <= 1
            assert 0 < one["least_discriminator_loss"] <= one["discriminator_loss"]
            assert one["discriminator_loss"] <= one["most_discriminator_loss"]
            assert 0 <= one["real_right"] <= 1
            assert one["generator_loss_range"] >= 0


def test_settings_differ_in_their_rates_and_so_do_their_losses(result):
    metrics, _, _ = result
    entries = metrics["settings"].values()
    assert len({(entry["discriminator_rate"], entry["generator_rate"]) for entry in entries}) == 3
    assert len({entry["runs"]["seed0"]["generator_loss"] for entry in entries}) == 3


def test_two_seeds_are_two_runs(result):
    metrics, _, _ = result
    for entry in metrics["settings"].values():
        assert entry["runs"]["seed0"]["generator_loss"] != entry["runs"]["seed1"]["generator_loss"]


def test_the_page_shows_losses_samples_and_shares(result):
    _, page, figures = result
    assert figures == {"samples.gif", "losses.png", "measures.png", "shares.png"}
    for name in figures:
        assert f"](figures/{name})" in page


REAL = {"judge_error": 0.02, "diversity": 10.0, "confidence": 0.98, "variety": 1.0}
GOOD = {
    "discriminator_loss": 1.2,
    "least_discriminator_loss": 1.1,
    "most_discriminator_loss": 1.3,
    "generator_loss": 0.9,
    "real_right": 0.65,
    "made_right": 0.65,
    "generator_loss_range": 0.1,
    "diversity": 9.5,
    "confidence": 0.9,
    "variety": 0.95,
    "distance": 1.1,
    "least_diversity": 9.0,
    "least_variety": 0.9,
    "variety_steadiness": 0.1,
}
ONE_CLASS = GOOD | {"diversity": 1.2, "variety": 0.1}
NOISE = GOOD | {"confidence": 0.4, "distance": 2.5, "real_right": 0.99, "made_right": 1.0}


def test_losses_are_means_over_the_last_half_of_the_epochs():
    rows = [
        dict.fromkeys(("generator_loss", "discriminator_real_right", "discriminator_made_right"), 0.5)
        | {"discriminator_loss": loss}
        for loss in (9.0, 9.0, 6.0, 0.0)
    ]
    pictures = np.zeros((4, 2, 28, 28), np.uint8)
    course = study.Course(np.arange(4.0), np.ones(4), np.ones(4), np.full(10, 0.1))
    images = np.random.default_rng(0).integers(0, 256, (2, 6, 28, 28), np.uint8)
    one = study.of_run(study.Match(rows, pictures), course, study.Likeness(*images))
    assert one["discriminator_loss"] == 3.0
    assert (one["least_discriminator_loss"], one["most_discriminator_loss"]) == (0.0, 6.0)
    assert one["diversity"] == 3.0
    assert one["least_diversity"] == 2.0


def entry(one: dict) -> dict:
    shares = {f"digit{label}": 0.1 for label in range(10)}
    rates = {"discriminator_rate": 0.005, "generator_rate": 0.005}
    return rates | {"shares": shares, "runs": {"seed0": one, "seed1": one}}


def page(working: dict, too_high: dict, unbalanced: dict):
    ends = {"working": working, "too_high": too_high, "unbalanced": unbalanced}
    return study.page({"real": REAL, "settings": {name: entry(one) for name, one in ends.items()}}, [])


def test_a_collapse_is_told_from_convergence():
    found = page(GOOD, ONE_CLASS, NOISE)
    assert found.summary.startswith("Converged, both losses come to a standstill")
    assert "few classes, pictures too much alike" in found.answer
    assert "pictures of no class, pictures unlike any training image" in found.answer
    assert "without a direction" in found.answer


def test_a_generator_that_still_learns_is_called_starved_not_collapsed():
    starved = NOISE | {"variety": 0.5, "least_variety": 0.3, "variety_steadiness": 0.9}
    found = page(GOOD, ONE_CLASS, starved)
    assert "collapsed, they show 1.2 where rates are too high; with the generator starved" in found.summary
    assert found.summary.endswith(
        "9.5 where rates are unbalanced (the discriminator sees through nearly everything, and variety still "
        "rises)."
    )
    assert "Variety still rises, from 0.30 to 0.50" in found.answer
    assert "without a direction" not in found.answer
    for other in ({"variety_steadiness": 0.3}, {"least_variety": 0.49}, {"made_right": 0.5}):
        assert "starved" not in page(GOOD, ONE_CLASS, starved | other).answer


def test_where_nothing_but_starving_is_seen_nothing_is_called_collapsed():
    starved = NOISE | {"variety": 0.5, "least_variety": 0.3, "variety_steadiness": 0.9}
    assert "ten classes; with the generator starved" in page(GOOD, GOOD, starved).summary


def test_steadiness_tells_a_rise_from_swings():
    assert study.steadiness(np.array([0.1, 0.2, 0.4])) == pytest.approx(1)
    assert study.steadiness(np.array([0.4, 0.2, 0.1])) == pytest.approx(-1)
    assert study.steadiness(np.array([0.1, 0.4, 0.2, 0.3])) == pytest.approx(0.2 / 0.6)
    assert study.steadiness(np.array([0.1])) == 0


def test_losses_that_go_on_swinging_are_not_called_a_standstill():
    for moved in ({"generator_loss_range": 0.8}, {"most_discriminator_loss": 2.0}):
        found = page(GOOD | moved, ONE_CLASS, NOISE)
        assert "go on swinging" in found.summary
        assert "standstill" not in found.summary + found.answer.split("\n\n")[0]


def test_a_loss_next_to_nothing_is_not_written_with_ten_zeros():
    assert study.written([1e-9, 3e-8]) == "below 0.0001"
    assert study.written([0.5, 1.5]) == "1.00 (0.500 to 1.50)"


def test_where_nothing_collapses_the_page_says_so():
    found = page(GOOD, GOOD, GOOD)
    assert found.summary.startswith("Here it always converges")
    assert found.answer.count("no collapse") == 2


def test_where_the_rates_meant_to_work_fail_the_page_says_so():
    found = page(ONE_CLASS, NOISE, GOOD)
    assert found.summary.startswith("Not shown here")
    assert "do not pass in every run: few classes, pictures too much alike" in found.answer


def test_a_run_away_discriminator_is_not_blamed_where_it_has_not_run_away():
    found = page(GOOD, NOISE | {"real_right": 0.5, "made_right": 0.5}, GOOD)
    assert "without a direction" not in found.answer
    assert "its loss alone would not give the failure away" in found.answer


def test_a_discriminator_that_pays_more_than_a_coin_is_said_to_overshoot():
    lost = NOISE | {
        "discriminator_loss": 5.0,
        "least_discriminator_loss": 1e-6,
        "most_discriminator_loss": 50.0,
    }
    found = page(GOOD, lost, GOOD)
    assert "its steps overshoot" in found.answer
    assert "L_D is on average 5.00 (5.00 to 5.00), in single epochs below 0.0001 to 50.0, and" in found.answer
    assert "sees through" not in found.summary
    assert "without a direction" not in found.answer


def test_one_epoch_above_log_4_is_enough_to_take_sureness_back():
    found = page(GOOD, NOISE | {"most_discriminator_loss": 3.0}, NOISE)
    assert "but not steadily" in found.answer
    assert found.answer.count("without a direction") == 1
    assert found.summary.endswith(
        "9.5 where rates are unbalanced (the discriminator sees through nearly everything)."
    )


def test_no_text_has_two_blanks():
    for found in (page(GOOD, ONE_CLASS, NOISE), page(GOOD, GOOD, GOOD), page(ONE_CLASS, NOISE, GOOD)):
        assert "  " not in found.summary + found.answer
