import numpy as np
import pytest

from stages.common.errors import StudyError
from stages.studies.supervised_features.drawn_labels import balanced
from stages.studies.supervised_features.gains import gain
from stages.studies.supervised_features.starts import STARTS
from tests.studies.tiny import render, run_tiny

STUDY = "supervised-features"
SMALL = {
    "latent": 6,
    "runs": 2,
    "labels": [20, 100],
    "draws": 2,
    "presented": 200,
    "perplexity": 10.0,
    "wta__dense__units": 60,
    "conv_wta__conv__maps": 4,
    "classifier__epochs": 4,
    **{f"{model}__epochs": 2 for model in ("ae", "vae", "wta", "conv_wta")},
    **{f"{model}__conv__channels": [4, 6] for model in ("ae", "vae", "classifier")},
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        return run_tiny(STUDY, folder, patch, **SMALL)


@pytest.fixture
def cka(result):
    return result[0]["cka"].set_index(["level", "one", "other"])


def test_every_pair_of_kinds_is_compared_at_both_levels(result, cka):
    assert len(cka) == 2 * 6 * 7 / 2
    assert (cka["smallest"] <= cka["mean"]).all()
    assert (cka["mean"] <= cka["largest"]).all()
    assert cka.stack().between(0, 1 + 1e-6).all()
    for level in ("hidden", "code"):
        assert cka["mean"][level, "pixels", "pixels"] == 1
        assert cka.smallest[level, "ae", "vae"] < cka.largest[level, "ae", "vae"]
        chance = result[0]["shuffled"][level]
        assert chance < cka["mean"][level, "classifier", "classifier"]


def test_a_layer_with_one_level_is_the_same_at_both(cka):
    for pair in (("pixels", "wta"), ("wta", "wta")):
        assert cka["mean"]["hidden", *pair] == cka["mean"]["code", *pair]
    assert cka["mean"]["hidden", "pixels", "ae"] != cka["mean"]["code", "pixels", "ae"]


def test_a_classifiers_code_parts_classes_better_than_an_untrained_one(result):
    encoders = result[0]["encoders"].groupby("kind").mean()
    assert encoders.error["classifier"] < encoders.error["random"]
    assert (encoders["size"]["wta"], encoders["size"]["ae"]) == (60, 6)


def test_every_start_learns_from_every_number_of_labels(result):
    errors = result[0]["errors"]
    compared = errors[errors.start != "random_conv"]
    assert set(compared.start) == {*STARTS, *STARTS.values()}
    assert (compared.groupby(["labels", "start"]).size() == 2).all()
    assert len(compared) == 3 * 5 * 2
    plain = errors[errors.start == "random"].groupby("labels").error.mean()
    assert plain[320] < plain[20] < 0.9


def test_gains_are_differences_of_errors(result):
    means = result[0]["errors"].groupby(["start", "labels"]).error.mean()
    assert len(result[0]["gains"]) == 3 * len(STARTS)
    for row in result[0]["gains"].itertuples():
        saved = means[STARTS[row.start], row.labels] - means[row.start, row.labels]
        assert row.gain == pytest.approx(saved, abs=1e-5)


def test_the_standard_error_is_that_of_new_images_and_new_draws():
    """Simulated: the spread of the mean gain over repetitions with other images and other draws."""
    random = np.random.default_rng(0)

    def repetition():
        image, draw = random.normal(0, 0.2, 300), random.normal(0, 0.05, (8, 1))
        chances = 0.5 + 0.1 * np.array([1, -1])[:, None, None] + np.stack([image + draw, -image - draw])
        return gain(*(random.random((2, 8, 300)) < chances))

    found = [repetition() for _ in range(300)]
    spread = np.std([one["gain"] for one in found])
    stated = np.sqrt(np.mean([one["standard_error"] ** 2 for one in found]))
    assert np.mean([one["gain"] for one in found]) == pytest.approx(0.2, abs=0.02)
    assert 0.9 * spread < stated < 1.3 * spread


def test_equal_classifiers_gain_nothing():
    wrong = np.random.default_rng(0).random((3, 50)) < 0.2
    found = gain(wrong, wrong)
    assert (found["gain"], found["standard_error"], found["draws_that_gain"]) == (0, 0, 0)


def test_every_classifier_has_a_row_an_epoch(result):
    classifiers = result[0]["errors"].set_index(["labels", "start", "seed"])
    epochs = result[0]["epochs"].groupby(["labels", "start", "seed"]).epoch.apply(list)
    assert set(epochs.index) == set(classifiers.index)
    assert epochs[20, "ae", 0] == list(range(1, 11))  # 200 images presented
    assert epochs[320, "random_conv", 1] == [1, 2, 3, 4]


def test_filters_of_both_networks_are_measured_with_every_seed(result):
    found = result[0]["filters"].groupby("layer").network.value_counts()
    assert found["dense"].to_dict() == {"wta": 2, "dense_classifier": 2}
    assert found["conv"].to_dict() == {"conv_wta": 2, "conv_classifier": 2}
    likeness = result[0]["likeness"].set_index(["layer", "pair"])
    assert (likeness.smallest <= likeness["mean"]).all()
    assert likeness.stack().between(0, 1).all()
    assert likeness["mean"]["dense", "wta"] > likeness["mean"]["dense", "scrambled"]


@pytest.mark.parametrize(
    ("seeds", "words"), [((0.9, 0.91), "smoother (0.90 against 0.50)"), ((0.4, 0.6), "")]
)
def test_a_difference_of_filters_is_stated_where_all_seeds_have_it(result, seeds, words):
    looks = result[0]["filters"].assign(smoothness=0.5, blob_share=0.5, positive_share=0.5)
    looks.loc[looks.network == "dense_classifier", "smoothness"] = seeds
    page = render(STUDY, result[0], filters=looks)
    assert page.count("not to be told apart by these measures") == (1 if words else 2)
    assert ("smoother" in page) == bool(words)
    assert words in page


def test_the_page_shows_its_figures(result):
    _, page, figures = result
    epochs = {f"epochs_{labels}.png" for labels in (20, 100, 320)}
    assert figures == {"filters.png", "codes.png", "cka.png", "errors.png"} | epochs
    assert all(f"](figures/{name})" in page for name in figures)
    assert "Classifiers learn from 20 and 100 labels, as many of each class, and from all 320" in page


@pytest.mark.parametrize(("error", "words"), [(0.01, "Part of it:"), (0.05, "Little that")])
def test_the_answer_follows_the_margin(result, error, words):
    gains = result[0]["gains"].assign(gain=0.04, standard_error=error, draws_that_gain=2)
    answer = render(STUDY, result[0], gains=gains).split("##")[0]
    assert words in answer
    assert answer.count(f"4.0 ± {100 * error:.1f}") == 6


@pytest.mark.parametrize(
    ("value", "words"), [(0.0, "less like it than any two"), (0.99, "cannot be told to be")]
)
def test_the_classifier_is_the_odd_one_out_only_where_the_ranges_are_apart(result, value, words):
    cka = result[0]["cka"].copy()
    cka.loc[(cka.other == "classifier") & (cka.level == "code"), ["mean", "smallest", "largest"]] = value
    assert words in render(STUDY, result[0], cka=cka)


def test_drawn_labels_are_as_many_of_each_class():
    labels = np.repeat(np.arange(10, dtype=np.uint8), 30)
    first, second = (balanced(labels, 100, np.random.default_rng(seed)) for seed in (0, 1))
    assert np.bincount(labels[first]).tolist() == [10] * 10
    assert len(set(first)) == 100
    assert set(first) != set(second)
    few = balanced(labels, 25, np.random.default_rng(0))
    assert sorted(np.bincount(labels[few])) == [2] * 5 + [3] * 5


def test_a_class_with_too_few_images_gives_what_it_has():
    labels = np.array([0] * 3 + [1] * 50, np.uint8)
    chosen = balanced(labels, 20, np.random.default_rng(0))
    assert np.bincount(labels[chosen]).tolist() == [3, 17]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"labels": [400]}, r"asks for 400; it should be less than 320"),
        ({"vae__conv__channels": [4, 8]}, r"layer_sizes of ae, vae and classifier differ"),
        (
            {"wta__stack": [{"architecture": "dense", "size": 9, "lifetime": 0.1}]},
            r"wta should be one dense layer",
        ),
        ({"conv_wta__architecture": "dense"}, r"conv_wta"),
        ({"runs": 3}, r"draws should be 3 or more"),
    ],
)
def test_bad_settings_get_one_line(change, line, tmp_path, monkeypatch):
    with pytest.raises(StudyError, match=line) as caught:
        run_tiny(STUDY, tmp_path, monkeypatch, **SMALL | change)
    assert "\n" not in str(caught.value)
