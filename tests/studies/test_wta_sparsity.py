import numpy as np
import pytest
import torch

from stages.studies import wta_sparsity as study
from tests.small import CPU, build
from tests.studies.tiny import run_tiny

CHANGES = {
    "rates": [0.02, 1.0],
    "runs": 2,
    "conv_runs": 1,
    "conv_epochs": 1,
    "shown": 5,
    "wta__units": 60,
    "wta__maps": 4,
    "wta__epochs": 15,
    "wta__batch_size": 50,
    "wta__learning_rate": 0.01,
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        return run_tiny(study.STUDY, study, folder, patch, **CHANGES)


def test_sparse_units_learn_more_connected_marks_than_units_that_always_fire(result):
    sparse, dense = (result[0][name] for name in ("fc 2 %", "fc 100 %"))
    assert study.mean(sparse, "blob_share") > study.mean(dense, "blob_share")
    assert study.mean(dense, "test_mse") < study.mean(sparse, "test_mse")


def test_every_filter_is_counted_once(result):
    for name, runs in result[0].items():
        for one in runs.values() if name != "untrained" else ():
            assert sum(one[kind] for kind in study.KINDS) == pytest.approx(1, abs=1e-3)


def test_untrained_filters_are_noise_mostly(result):
    assert result[0]["untrained"]["all"]["noise"] > 0.8


def test_the_page_shows_every_rate(result):
    _, page, figures = result
    assert figures == {"fc_filters.png", "kinds.png", "measures.png", "conv_filters.png"}
    for name in figures:
        assert f"](figures/{name})" in page
    for row in ("FC-WTA, 2 %", "FC-WTA, 100 %", "CONV-WTA, spatial only", "CONV-WTA, spatial and 20 %"):
        assert page.count(f"| {row} |") == 2


def test_a_unit_that_never_fires_is_dead(digits):
    model = build("wta", units=10).eval()
    model.top.encoder[0].bias.data[:] = 1
    model.top.encoder[0].bias.data[:3] = -100
    model.top.threshold[3] = 1e6  # alive, but never strong enough for a code
    assert study.dead_share(model, digits.test.clean, CPU) == pytest.approx(0.4)


def test_a_map_is_dead_only_if_silent_in_every_place(digits):
    model = build("wta", architecture="conv", maps=4).eval()
    for layer in model.top.encoder:
        for parameter in layer.parameters():
            torch.nn.init.zeros_(parameter)
    model.top.encoder[0].weight.data[:2, :, 2, 2] = 1  # two copies of the image
    assert study.dead_share(model, digits.test.clean, CPU) == pytest.approx(0.5)


def test_filters_are_shown_from_the_strongest_to_the_weakest():
    filters = np.arange(11, dtype=np.float32)[:, None, None] * np.ones((1, 2, 2), np.float32)
    assert study.spread_by_strength(filters, 3).tolist() == [10, 5, 0]
    assert len(study.spread_by_strength(filters, 100)) == 11


def runs(kind, blob, **changes):
    one = dict.fromkeys(study.KINDS, 0.1) | {kind: 0.7}
    one |= {"blob_share": blob, "test_mse": 0.03, "probe_error": 0.05, "dead": 0.0}
    return {"seed0": one | changes, "seed1": one | changes}


def test_the_answer_names_the_rates_of_each_kind():
    fc = {"fc 1 %": runs("digit", 0.8), "fc 10 %": runs("stroke", 0.5), "fc 100 %": runs("noise", 0.2)}
    fc["fc 10 %"]["seed0"]["probe_error"] = 0.04
    assert "whole digits at 1 %; strokes at 10 %; noise at 100 %" in study.summary(fc)
    assert "errs least at 10 % (4.5 %)" in study.summary(fc)
    told = study.answer_fc(fc)
    assert "Parts of digits are nowhere the commonest" in told
    assert "the less of its filter is one connected mark" in " ".join(told.split())


def test_rates_and_rivals_are_listed_in_words():
    fc = {f"fc {rate} %": runs("digit", 0.8) for rate in (1, 2, 5)} | {"fc 100 %": runs("noise", 0.2)}
    fc["fc 5 %"]["seed0"]["probe_error"] = 0.04
    assert "whole digits at 1 %, 2 % and 5 %; noise at 100 %" in study.listing(fc)
    assert "at 5 % (4.5 %); seeds at 1 %, 2 % and 100 % overlap with it." in study.summary(fc)
    for one in fc["fc 5 %"].values():
        one["probe_error"] = 0.04
    assert study.summary(fc).endswith("errs least at 5 % (4.0 %).")


@pytest.mark.parametrize(
    ("dead", "words"),
    [
        ((0.0, 0.0), "No unit is dead at any rate."),
        ((0.01, 0.08), "Dead units are 1.0 % to 8.0 %, most of them at 100 %: at any other rate"),
        ((0.08, 0.01), "most of them at 1 %, although there"),
        ((0.02, 0.02), "at no rate are they more than at all others with every seed."),
    ],
)
def test_dead_units_are_explained_by_what_helps_them_back_only_where_it_fits(dead, words):
    of_rate = dict(zip(("fc 1 %", "fc 100 %"), dead, strict=True))
    text = study.about_dead({name: runs("digit", 0.8, dead=share) for name, share in of_rate.items()})
    assert words in text


def test_the_procedure_tells_how_silent_units_come_back_and_where_they_do_not(result):
    _, page, _ = result
    assert "a unit that no image of a batch excites learns from those that come nearest" in page
    assert "Not so in FC-WTA at 100 %" in page


def test_a_run_against_the_textbook_says_so():
    fc = {
        "fc 1 %": runs("noise", 0.2, dead=0.5, test_mse=0.01),
        "fc 100 %": runs("digit", 0.8, probe_error=0.01),
    }
    conv = {
        "conv 100 %": runs("stroke", 0.9),
        "conv 20 %": runs("stroke", 0.9, test_mse=0.01, probe_error=0.09),
    }
    assert "noise at 1 %" in study.summary(fc)
    assert "does not fall steadily" in study.answer_fc(fc)
    told = " ".join(study.answer_probe(fc, conv).split())
    assert "most of them at 1 %, although there units get winners in every batch" in told
    assert "Test MSE is smallest at 1 %" in told
    told = study.answer_conv(conv, 11)
    assert "A filter of 11 × 11 pixels cannot be a whole digit" in told
    assert "21 × 21 pixels could be" in study.answer_conv(conv, 21)
    assert "does not cost reconstruction; the probe errs more with it" in told
