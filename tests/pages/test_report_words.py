"""The report's words follow the metrics, the settings and the cards, whatever these are."""

import copy
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.analyses.learning import KNOWN
from stages.common.classes import GARMENTS, Classes
from stages.common.settings import read_yaml
from stages.pages.report.chance import Chance
from stages.pages.report.comparison import value_at
from stages.pages.report.measures import groups
from stages.pages.report.page import in_force
from tests.pages.report_metrics import FOUR, THREE, all_metrics
from tests.pages.report_words import words

PARAMS = read_yaml(Path(__file__).parents[2] / "params.yaml")
CHANCE = Chance.read()
OWN = Classes(("Coat", "Shirt"), "image")
OF_FOUR = PARAMS | {"sae": {"architecture": "dense", "units": 500, "epochs": 10, "optimizer": "adam"}}


def answer(text, question):
    """What the first answer says under `To reconstruct`, say."""
    lines = text.splitlines()
    return lines[lines.index(question) + 1]


def changed(**changes):
    params = copy.deepcopy(PARAMS)
    for path, value in changes.items():
        *parents, last = path.split("__")
        section = params
        for parent in parents:
            section = section[parent]
        section[last] = value
    return params


def cells(text):
    """Rows of the table of all numbers: name → numbers, None where there is none."""
    table = text[text.index("\nMetric | ") : text.index("\nOf some models only")]
    rows = [line.split(" | ") for line in table.splitlines() if " | " in line][1:]
    return {name: [None if cell == "–" else cell for cell in numbers] for name, *numbers in rows}


def test_every_number_of_the_table_is_that_of_the_metrics():
    metrics = all_metrics(
        ae__test__mse=0.01234567, vae__codes__knn_error=0.0816, wta__tsne__trustworthiness=0.97651
    )
    shown = cells(words(metrics, PARAMS, THREE))
    for measure in (
        measure for name, rows in groups(THREE).items() if "some" not in name for measure in rows
    ):
        row = shown[f"{measure.name} {measure.unit}".strip()]
        for key, cell in zip(THREE, row[2:], strict=True):
            written = float(cell.split(" ")[0].replace("−", "-"))
            scale = 100 if measure.unit == "%" else 1
            assert abs(written - scale * value_at(metrics[key], measure.path)) <= 0.5001 * 10**-measure.digits


@pytest.mark.parametrize("best", THREE)
def test_the_first_answer_names_who_is_ahead(best):
    changes = {f"{best}__test__psnr_db": 19.0, f"{best}__codes__linear_probe_error": 0.01}
    text = words(all_metrics(**changes, **{f"{best}__samples__prior_distance": 1.04}), PARAMS, THREE)
    short = THREE[best].short
    for question in ("To reconstruct", "To generate", "To classify"):
        assert answer(text, question).startswith(f"the {short}")
    for question, number, path in (
        ("To reconstruct", "19.00", "test.psnr_db"),
        ("To generate", "1.04", "samples.prior_distance"),
        ("To classify", "1.0", "codes.linear_probe_error"),
    ):
        assert f"{number}{' ±' if CHANCE.of(path, best) else ''}" in answer(text, question)


def test_who_is_level_is_called_level():
    text = words(all_metrics(ae__test__psnr_db=16.0), PARAMS, THREE)
    assert re.sub(r" ± [\d.]+", "", answer(text, "To reconstruct")) == (
        "level are the VAE (17.00 dB) and the WTA (17.00 dB), ahead of the AE (16.00 dB)."
    )
    assert answer(text, "To classify").startswith("level are")


def test_a_fourth_model_stands_beside_the_others():
    text = words(all_metrics(FOUR, sae__test__psnr_db=20.0, sae__codes__size=500), OF_FOUR, FOUR)
    assert answer(text, "To reconstruct").startswith("the SAE")
    assert len(cells(text)["PSNR dB"]) == 6
    assert "500 numbers (SAE)" in text
    assert "Sparse autoencoder (SAE)" in text
    assert "WTA and SAE:" in text


@pytest.mark.parametrize(
    ("changes", "said", "unsaid"),
    [
        ({}, ["Only the VAE (β = 1) was asked", "The VAE’s bound"], ["No model was asked", "no noise"]),
        ({"vae__beta": 0.0}, ["No model was asked"], ["The VAE’s bound"]),
        ({"latent": 1, "vae__architecture": "dense"}, ["code that is a bottleneck, is 1."], []),
        ({"noise__kind": "masking"}, ["masking noise, 30 % of the pixels"], ["standard deviation 0.3"]),
        ({"noise__fresh": False}, ["the same in every epoch"], ["new in every epoch"]),
        ({"wta__architecture": "conv"}, ["maps | – | – | 128"], ["tied | –"]),
        ({"wta__lifetime": 0.02}, ["at most 2 % of a batch"], []),
        ({"wta__stack": [{"architecture": "dense", "size": 40, "lifetime": 0.03}]}, ["at most 3 % of"], []),
        ({"ae__optimizer": "sgd"}, ["momentum | 0.9 | – | –"], []),
    ],
    ids=str,
)
def test_settings_are_said_as_they_are(changes, said, unsaid):
    text = words(all_metrics(), changed(**changes), THREE)
    assert [part for part in said if part not in text] == []
    assert [part for part in unsaid if part in text] == []


def pairs(*names):
    return {"strangers": 0.2, "pairs": {name: 0.2 - 0.01 * place for place, name in enumerate(names)}}


def touching(**codes):
    metrics = all_metrics()
    for key, names in codes.items():
        metrics[key]["touching"] = {"codes": pairs(*names), "map": pairs(*names)}
    return metrics


ALIKE = ("4 and 9", "3 and 5", "7 and 9", "3 and 8", "5 and 8", "4 and 7")


def test_the_pairs_that_touch_are_named_with_what_was_expected():
    text = words(touching(ae=ALIKE, vae=ALIKE, wta=("1 and 2", *ALIKE[:5])), PARAMS, THREE)
    assert "Yes: one expects" in text
    assert "6 in the AE, 6 in the VAE and 5 in the WTA are of these" in text
    assert "not among the most mixed: 4 and 7 (WTA). Not expected: 1 and 2 (WTA)." in text
    assert "AE | 4 and 9 20 %, 3 and 5 19 %" in text
    wrong = ("0 and 1", "1 and 6", "2 and 6")
    assert "Not quite: one expects" in words(touching(ae=wrong, vae=wrong, wta=wrong), PARAMS, THREE)


def test_a_coordinate_is_called_after_its_measure_or_nothing_and_the_named_ones_come_first():
    text = words(all_metrics(), PARAMS, THREE)
    rows = [line for line in text.splitlines() if re.match(r"z\d+ \|", line)]
    assert rows[:2] == [
        "z1 | slant, in 9 of 10 classes | slant, 40 % | 30 %",
        "z0 | nothing that we can name | ink, 50 % | 60 %",
    ]
    assert len(rows) == 4


def test_only_ten_coordinates_of_a_model_are_listed():
    metrics = all_metrics()
    metrics["ae"]["coordinates"]["each"] = 8 * metrics["ae"]["coordinates"]["each"]
    text = words(metrics, PARAMS, THREE)
    assert len(re.findall(r"^z\d+ \|", text, re.MULTILINE)) == 10 + 2
    assert "The first 10 of each model." in text
    assert "The first 10" not in words(all_metrics(), PARAMS, THREE)


def test_units_are_counted_by_what_they_draw_with_place_and_slant():
    text = words(all_metrics(), PARAMS, THREE, GARMENTS)
    assert "strokes | 60 | −4° to 20° | middle (30 %)" in text
    metrics = all_metrics()
    metrics["wta"]["units"]["each"][0] |= {"kind": "whole", "where": "anywhere", "there": 1.0}
    assert "whole garments | 40 | −5° to 7° | anywhere\n" in words(metrics, PARAMS, THREE, GARMENTS)


@pytest.mark.parametrize("named", [GARMENTS, OWN])
def test_of_other_images_nothing_is_expected(named):
    text = words(touching(ae=("Coat and Shirt",)), PARAMS, THREE, named)
    assert "whose codes mix most: Coat and Shirt in the AE (20.0 %)" in text
    assert "one expects 4" not in text
    assert "Not expected" not in text


@pytest.mark.parametrize(("on_map", "apart"), [(0.15, True), (0.19, False)])
def test_the_map_draws_classes_apart_where_it_does_so_by_more_than_chance(on_map, apart):
    """Of 1000 images, 20 % have a standard error of 1.3 points."""
    strangers = {f"{key}__touching__map__strangers": on_map for key in THREE}
    text = words(all_metrics(**strangers), PARAMS, THREE)
    assert ("draws classes further apart" in text) == apart
    assert f"nearest points on the map {on_map:.1%}".replace("%", " %") in text


def test_one_class_has_no_pairs_to_name():
    text = words(touching(ae=(), vae=(), wta=()), PARAMS, THREE, OWN)
    assert "There is but one class." in text


def without_classes(**changes):
    """Metrics as they are where images have none."""
    metrics = all_metrics(**changes)
    for key in THREE:
        del metrics[key]["touching"], metrics[key]["tsne"]["knn_error"]
        del metrics[key]["training"]["probe_gained"]
        del metrics[key]["codes"]["linear_probe_error"], metrics[key]["codes"]["knn_error"]
    for key in ("ae", "vae"):
        rows = metrics[key]["coordinates"]["each"]
        metrics[key]["coordinates"]["each"] = [
            {name: value for name, value in row.items() if "classes" not in name} for row in rows
        ]
    return metrics


@pytest.mark.parametrize(
    ("trust", "said"),
    [
        (0.5, "keeps neighbours together best for the WTA (0.980 ± 0.002), before the"),
        (0.98, "keeps neighbours together as well for every model; trustworthiness of t‑SNE: the AE (0.980"),
    ],
)
def test_without_classes_that_is_said_and_nothing_else_of_them(trust, said):
    metrics = without_classes(ae__tsne__trustworthiness=trust, vae__tsne__trustworthiness=trust)
    text = words(metrics, PARAMS, THREE, Classes(("pictures",), "image"))
    assert text.count("These images came without classes, so what needs them is left out") == 1
    assert said in text
    assert "z1 | slant | slant, 40 % | 30 %" in text
    assert "Nine tenths of what PSNR rose by took 6 epochs each." in text
    assert {"To reconstruct", "To generate"} < set(text.splitlines())
    assert "To classify" not in text
    assert not {"Linear probe error %", "k-NN error %", "t‑SNE 1‑NN error %"} & set(cells(text))
    assert not re.search(r" [.,;:)]|\(\s*\)|\bNone\b|\bnan\b|[{}]", text)


def test_pairs_that_do_not_mix_are_not_listed():
    metrics = touching(ae=("Coat and Shirt",))
    metrics["ae"]["touching"]["map"]["pairs"] = {"Bag and Coat": 0.0, "Bag and Dress": 0.004}
    text = words(metrics, PARAMS, THREE, GARMENTS)
    assert "AE | Coat and Shirt 20 % | none" in text


def test_a_run_on_own_images_says_where_they_are():
    own = PARAMS | {"data": PARAMS["data"] | {"dataset": "own", "own": "icons"}}
    assert "This run: icons," in words(all_metrics(), own, THREE, OWN)


def test_codes_are_ready_before_pictures_only_where_they_are():
    text = words(all_metrics(), PARAMS, THREE)
    assert "The codes were ready before the pictures" in text
    assert "took 4 epochs each, nine tenths of what PSNR rose by 6 epochs each" in text
    other = words(all_metrics(wta__training__probe_gained=7, ae__training__psnr_gained=1), PARAMS, THREE)
    assert "The codes were ready" not in other
    assert "1 epoch (AE) and 6 epochs (VAE and WTA)" in other


def test_what_is_said_of_the_quick_probe_is_what_it_is():
    assert f"sees {KNOWN} training images" in words(all_metrics(), PARAMS, THREE)


def test_without_noise_nothing_is_divided_by_it():
    assert "no noise" in words(all_metrics(data__noisy_mse=0.0, data__noisy_psnr_db=120.0), PARAMS, THREE)


def test_settings_in_force_leave_out_what_another_architecture_reads():
    section = {
        "architecture": "conv-pool",
        "conv": {"channels": [3, 4]},
        "dense": {"hidden": []},
        "epochs": 1,
    }
    assert in_force(section) == {"architecture": "conv-pool", "channels": [3, 4], "epochs": 1}


SHARE = st.floats(0, 1)
NUMBERS = {
    "test__mse": st.floats(0, 1),
    "test__psnr_db": st.floats(0, 120),
    "codes__linear_probe_error": SHARE,
    "codes__knn_error": SHARE,
    "codes__size": st.integers(1, 10_000),
    "tsne__trustworthiness": st.floats(0, 1),
    "tsne__knn_error": SHARE,
    "interpolation__midpoint_distance": st.floats(0, 3),
    "interpolation__crossfade_distance": st.floats(0, 3),
    "samples__prior_distance": st.floats(0, 3),
    "samples__fitted_distance": st.floats(0, 3),
    "filters__encoder_smoothness": st.floats(-1, 1),
    "filters__decoder_smoothness": st.floats(-1, 1),
    "training__best_epoch": st.integers(1, 10),
}
CHANGES = st.fixed_dictionaries(
    {},
    optional={f"{key}__{path}": values for key in FOUR for path, values in NUMBERS.items()}
    | {"data__noisy_mse": st.sampled_from([0.0, 0.05]), "data__noisy_psnr_db": st.floats(0, 120)},
)


@settings(max_examples=25)
@given(CHANGES, st.sampled_from([0.0, 0.5, 1.0]))
def test_whatever_the_numbers_the_page_can_be_written(changes, beta):
    text = words(all_metrics(FOUR, **changes), OF_FOUR | {"vae": PARAMS["vae"] | {"beta": beta}}, FOUR)
    assert not re.search(r" [.,;:)]|\(\s*\)|\bNone\b|\bnan\b|[{}]", text)
    assert all(card.short in answer(text, "To classify") for card in FOUR.values())
