import numpy as np
import pytest

from stages.common.errors import StudyError
from stages.studies import supervised_features as study
from tests.studies.tiny import run_tiny

SMALL = {
    "latent": 6,
    "runs": 2,
    "labels": [20, 100],
    "draws": 2,
    "presented": 200,
    "perplexity": 10.0,
    "wta__units": 60,
    "classifier__epochs": 4,
    **{f"{model}__epochs": 2 for model in ("ae", "vae", "wta")},
    **{f"{model}__channels": [4, 6] for model in ("ae", "vae", "classifier")},
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        return run_tiny(study.STUDY, study, folder, patch, **SMALL)


def test_every_pair_of_kinds_is_compared_at_both_levels(result):
    for level in result[0]["cka"].values():
        assert len(level["pairs"]) == 6 * 7 / 2
        for pair in level["pairs"].values():
            assert 0 <= pair["smallest"] <= pair["mean"] <= pair["largest"] <= 1 + 1e-6
        assert level["pairs"]["pixels-pixels"]["mean"] == 1
        assert level["pairs"]["ae-vae"]["smallest"] < level["pairs"]["ae-vae"]["largest"]
        assert level["shuffled"] < 0.2 < level["pairs"]["classifier-classifier"]["mean"]


def test_a_layer_with_one_level_is_the_same_at_both(result):
    cka = result[0]["cka"]
    for pair in ("pixels-wta", "wta-wta"):
        assert cka["hidden"]["pairs"][pair] == cka["code"]["pairs"][pair]
    assert cka["hidden"]["pairs"]["pixels-ae"] != cka["code"]["pairs"]["pixels-ae"]


def test_a_classifiers_code_parts_classes_better_than_an_untrained_one(result):
    encoders = result[0]["encoders"]
    assert encoders["classifier"]["neighbour_error"] < encoders["random"]["neighbour_error"]
    assert (encoders["wta"]["code_size"], encoders["ae"]["code_size"]) == (60, 6)


def test_every_start_learns_from_every_number_of_labels(result):
    errors = result[0]["errors"]
    assert set(errors) == {"labels20", "labels100", "labels320"}
    for starts in errors.values():
        assert set(starts) == set(study.STARTS)
        assert all(set(draws) == {"draw0", "draw1"} for draws in starts.values())
    few, many = (np.mean(list(errors[key]["random"].values())) for key in ("labels20", "labels320"))
    assert many < few < 0.9


def test_the_page_shows_its_figures(result):
    _, page, figures = result
    assert figures == {"filters.png", "codes.png", "cka.png", "errors.png"}
    assert all(f"](figures/{name})" in page for name in figures)
    assert "classifiers learn from 20 and 100 labels, and from all 320, the 10 classes" in page
    assert "Each draw starts from another encoder" in page


def test_drawn_labels_are_as_many_of_each_class():
    labels = np.repeat(np.arange(10, dtype=np.uint8), 30)
    first, second = (study.balanced(labels, 100, np.random.default_rng(seed)) for seed in (0, 1))
    assert np.bincount(labels[first]).tolist() == [10] * 10
    assert len(set(first)) == 100
    assert set(first) != set(second)
    assert (
        sorted(np.bincount(labels[study.balanced(labels, 25, np.random.default_rng(0))])) == [2] * 5 + [3] * 5
    )


def test_a_class_with_too_few_images_gives_what_it_has():
    labels = np.array([0] * 3 + [1] * 50, np.uint8)
    chosen = study.balanced(labels, 20, np.random.default_rng(0))
    assert np.bincount(labels[chosen]).tolist() == [3, 17]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"labels": [400]}, r"asks for 400; it should be less than 320"),
        ({"vae__channels": [4, 8]}, r"channels of ae, vae and classifier differ"),
        ({"wta__architecture": "conv"}, r"wta should be one dense layer"),
    ],
)
def test_bad_settings_get_one_line(change, line, tmp_path, monkeypatch):
    with pytest.raises(StudyError, match=line) as caught:
        run_tiny(study.STUDY, study, tmp_path, monkeypatch, **SMALL | change)
    assert "\n" not in str(caught.value)


def around(value: float) -> dict[str, float]:
    return {"mean": value, "smallest": value - 0.1, "largest": value + 0.1}


def metrics(gain: float, to_classifier: float = 0.3) -> dict:
    """Of errors that a trunk lowers by `gain` with 100 labels, and not at all with 500."""
    kinds = list(study.KINDS)
    pairs = {f"{one}-{other}": around(0.5) for i, one in enumerate(kinds) for other in kinds[i:]}
    pairs |= {f"{kind}-classifier": around(to_classifier) for kind in study.UNLABELLED}
    level = {"shuffled": 0.01, "pairs": pairs}

    def errors(saved: float) -> dict:
        plain = {"draw0": 0.2, "draw1": 0.22}
        return {
            start: {draw: error - (saved if against else 0) for draw, error in plain.items()}
            for start, (_, against) in study.STARTS.items()
        }

    return {
        "encoders": {kind: {"neighbour_error": 0.1} for kind in kinds},
        "cka": {"hidden": level, "code": level},
        "errors": {"labels100": errors(gain), "labels500": errors(0)},
    }


def test_the_summary_follows_the_measurement():
    helped, hurt = (study.Findings(metrics(gain)).summary() for gain in (0.05, -0.05))
    assert "saves a classifier 5.0 points of error" in helped
    assert "with all labels it is not sure to help" in helped
    assert "no start from an unsupervised encoder beats random weights" in hurt


def test_the_answer_tells_help_from_harm_and_from_nothing():
    helped, hurt = (study.Findings(metrics(gain)).on_starts() for gain in (0.05, -0.05))
    assert "helps in every draw with 100 labels and is not sure to help with 500" in helped
    assert "hurts in every draw with 100 labels" in hurt
    assert "saves −5.0 points with 100" in hurt


@pytest.mark.parametrize(
    ("to_classifier", "odd", "nearer"),
    [
        (
            0.25,
            "the classifier is less like them than they are like each other",
            ", no nearer than the pixels",
        ),
        (0.45, "the ranges overlap", ", no nearer than an untrained encoder"),
        (0.55, "the ranges overlap", ", not surely nearer than an untrained encoder"),
        (
            0.75,
            "the classifier is more like them than they are like each other",
            ", nearer than an untrained",
        ),
    ],
)
def test_a_difference_of_likeness_is_claimed_only_where_the_ranges_are_apart(to_classifier, odd, nearer):
    text = study.Findings(metrics(0, to_classifier)).on_level("code", "code")
    assert odd in text
    assert nearer.lstrip(", ") in text


def test_the_summary_gives_the_likeness_of_codes():
    assert "have a CKA of 0.300 (0.200 to 0.400), the pixels 0.500, untrained codes 0.500." in (
        study.Findings(metrics(0)).summary()
    )


@pytest.mark.parametrize(
    ("runs", "words"),
    [(1, "One encoder"), (2, "The 2 encoders of a kind take turns"), (3, "Each draw starts from another")],
)
def test_the_page_says_how_many_encoders_serve_the_draws(runs, words):
    assert study.turns(runs, 3).startswith(words)
