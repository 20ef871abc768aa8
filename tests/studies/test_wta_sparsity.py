import numpy as np
import pytest
import torch

from stages.common.runtime import seeded_weights
from stages.models import wta
from stages.studies.wta_sparsity import free
from stages.studies.wta_sparsity.experiment import dead_share, delta_likeness, spread_by_strength
from tests.small import build, model_settings
from tests.studies.tiny import render, run_tiny

STUDY = "wta-sparsity"
CHANGES = {
    "rates": [0.02, 1.0],
    "runs": 2,
    "conv_runs": 2,
    "conv_epochs": 1,
    "shown": 5,
    "wta__dense__units": 60,
    "wta__conv__maps": 4,
    "wta__epochs": 15,
    "wta__batch_size": 50,
    "wta__learning_rate": 0.01,
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        return run_tiny(STUDY, folder, patch, **CHANGES)


@pytest.fixture
def means(result):
    return result[0]["runs"].groupby(["architecture", "rate"]).mean()


def test_sparse_units_learn_more_of_a_digit_than_units_that_always_fire(means):
    sparse, dense = means.loc[("fc", 0.02)], means.loc[("fc", 1.0)]
    assert sparse.likeness > dense.likeness
    assert sparse.smoothness > dense.smoothness
    assert sparse.blob_share > dense.blob_share
    assert dense.test_mse < sparse.test_mse


def test_there_is_a_row_a_run_and_kernels_are_like_no_digit(result):
    runs = result[0]["runs"]
    assert len(runs) == len(runs[["architecture", "rate", "seed"]].drop_duplicates()) == 2 * 2 + 2 * 5
    assert runs[runs.architecture != "fc"][["likeness", "probe_error"]].isna().all(axis=None)
    assert runs[runs.architecture != "fc"].copied.between(0, 1).all()
    assert runs[runs.architecture == "fc"].likeness.between(0, 1).all()


def test_every_filter_is_counted_once_wherever_the_lines_are(result):
    kinds = result[0]["kinds"]
    sums = kinds.groupby(["architecture", "rate", "seed"])[["share", "commonest"]].sum()
    np.testing.assert_allclose(sums, 1, atol=1e-5)
    assert (kinds.lowest <= kinds.share).all()
    assert (kinds.share <= kinds.highest).all()


def test_filters_before_training_are_noise_and_digits_are_not(result):
    found = result[0]
    assert found["untrained_noise"] > 0.8
    assert abs(found["untrained"]["smoothness"]) < 0.1 < 0.5 < found["digits"]["smoothness"]
    assert found["untrained"]["likeness"] < 0.3 < 0.5 < found["digits"]["likeness"]


def test_the_page_shows_every_rate_and_figure(result):
    _, page, figures = result
    assert figures == {"fc_filters.png", "marks.png", "kinds.png", "measures.png", "conv_filters.png"}
    assert all(f"](figures/{name})" in page for name in figures)
    for row in ("FC-WTA, 2 %", "FC-WTA, 100 %", "CONV-WTA, spatial only", "CONV-WTA, spatial and 20 %"):
        assert page.count(f"| {row} |") == 2
    assert page.count("| CONV-WTA, sparsity off |") == 2


@pytest.mark.parametrize(
    ("share", "words"), [(0.9, "Delta functions, yes: 90"), (0.1, "Delta functions, no: 10")]
)
def test_whether_filters_without_sparsity_are_deltas_follows_their_energy(result, share, words):
    runs = result[0]["runs"].assign(decoder_delta=0.05)
    runs.loc[runs.architecture == "free", "decoder_delta"] = share
    assert words in render(STUDY, result[0], runs=runs)


@pytest.mark.parametrize(
    ("sparse", "head", "words"),
    [(0.9, "sparsity makes strokes", "Strokes, yes"), (0.4, "does not surely make", "Strokes, not surely")],
)
def test_strokes_are_claimed_where_sparse_filters_are_smoother_and_of_one_piece(result, sparse, head, words):
    runs = result[0]["runs"].assign(smoothness=sparse, blob_share=sparse)
    runs.loc[runs.architecture == "free", ["smoothness", "blob_share"]] = 0.5
    page = render(STUDY, result[0], runs=runs)
    assert head in page.split("##")[0]
    assert words in page


@pytest.mark.parametrize(("free", "said"), [(0.7, True), (0.1, False)])
def test_all_filters_together_copy_only_where_every_seed_does_so_more(result, free, said):
    runs = result[0]["runs"].assign(copied=0.2)
    runs.loc[runs.architecture == "free", "copied"] = free
    assert ("all filters together" in render(STUDY, result[0], runs=runs)) == said


@pytest.mark.parametrize(
    ("likeness", "words"), [((0.9, 0.2), "fewer images"), ((0.2, 0.9), "do not look less")]
)
def test_the_answer_follows_the_likeness_of_filters(result, likeness, words):
    runs = result[0]["runs"].copy()
    for rate, value in zip((0.02, 1.0), likeness, strict=True):
        runs.loc[runs.rate == rate, ["likeness", "smoothness"]] = value
    answer = render(STUDY, result[0], runs=runs).split("##")[0]
    assert words in answer
    assert all(f"{value:.2f}" in answer for value in likeness)


def test_a_page_without_anything_to_claim_gives_the_numbers(result):
    runs = result[0]["runs"].assign(probe_error=0.05, dead=0.02, test_mse=0.03)
    page = render(STUDY, result[0], runs=runs, kinds=result[0]["kinds"].assign(commonest=0.25))
    assert "A linear probe does not tell the rates apart." in page
    assert "wherever the lines were drawn: nothing." in page
    assert "The test MSE is 0.0300" in page


def test_a_unit_that_never_fires_is_dead(digits):
    model = build("wta", units=10).eval()
    model.top.encoder[0].bias.data[:] = 1
    model.top.encoder[0].bias.data[:3] = -100
    model.top.threshold[3] = 1e6  # alive, but never strong enough for a code
    assert dead_share(model, digits.test.clean) == pytest.approx(0.4)


def test_a_map_is_dead_only_if_silent_in_every_place(digits):
    model = build("wta", architecture="conv", maps=4).eval()
    for layer in model.top.encoder:
        for parameter in layer.parameters():
            torch.nn.init.zeros_(parameter)
    model.top.encoder[0].weight.data[:2, :, 2, 2] = 1  # two copies of the image
    assert dead_share(model, digits.test.clean) == pytest.approx(0.5)


def test_filters_are_shown_from_the_strongest_to_the_weakest():
    filters = np.arange(11, dtype=np.float32)[:, None, None] * np.ones((1, 2, 2), np.float32)
    assert spread_by_strength(filters, 3).tolist() == [10, 5, 0]
    assert len(spread_by_strength(filters, 100)) == 11


def test_a_delta_has_its_energy_in_one_pixel_and_a_plateau_has_not():
    filters = np.zeros((3, 4, 4), np.float32)
    filters[0, 1, 2], filters[1] = -3, 2
    np.testing.assert_allclose(delta_likeness(filters), [1, 1 / 16, 0])


def test_without_sparsity_weights_start_the_same_and_every_activation_counts():
    settings = model_settings("wta", architecture="conv", lifetime=1.0)
    with seeded_weights(1):
        network = free.build(settings)
    with seeded_weights(1):
        sparse = wta.build(settings)
    own, others = network.state_dict(), sparse.state_dict()
    assert own.keys() == others.keys()
    assert all(torch.equal(own[name], others[name]) for name in own)
    images = torch.rand(3, 1, 28, 28)
    for mode in (True, False):
        assert torch.equal(network.train(mode).encode(images), sparse.top.activations(images))
        assert not torch.equal(sparse.train(mode).encode(images), sparse.top.activations(images))
