"""What every figure owes its reader, and what each one in particular shows."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from stages.cards.card import cards
from stages.common.classes import GARMENTS, MANY
from stages.figures import (
    filters,
    histograms,
    interpolation,
    learning,
    losses,
    maps,
    overview,
    progress,
    reconstructions,
    samples,
    timeline,
    touching,
    units,
    walks,
)
from stages.figures.page import WIDTH
from stages.figures.palette import class_colours
from stages.figures.quality import psnr_of_all, psnr_of_each
from stages.figures.saving import pixels
from tests.figures.pictures import SUBJECTS, all_pictures, images, labels, meanings, numbers

UNITS = {"whole": 28, "part": 0, "stroke": 28, "noise": 9}  # filters shown
SHARES = np.full((4, 4), 0.05) + 0.8 * np.eye(4)
NAMES = ("0", "1", "2", "Ankle boot")


def all_figures(subject):
    """Every figure of a model, by name."""
    p = all_pictures()
    flat, classes, deep = numbers(60, 2), labels(60), numbers(60, 3)
    terms = {"loss": {"training": np.array([3.0, 2, 1]), "validation": np.array([3.0, 2, 1.5])}}
    return {
        "losses": losses.draw(terms, subject),
        "reconstructions": reconstructions.draw(reconstructions.blocks_of(p), subject),
        "progress": progress.draw(images(10), images(3, 10), images(10), subject),
        "interpolation": interpolation.draw(
            p["interpolation_start"], p["interpolation"], p["interpolation_end"], subject
        ),
        "samples": samples.draw(p["samples_prior"], p["samples_fitted"], subject),
        "walk": walks.of_pictures(p, meanings(), subject),
        "histograms": histograms.draw(p["histogram_codes"], p["histogram_coordinates"], subject),
        "tsne": maps.tsne(flat, classes, subject),
        "tsne_images": maps.tsne_images(flat, images(60), classes, subject),
        "kernel_pca": maps.kernel_pca(deep, classes, subject),
        "kernel_pca_3d": maps.kernel_pca_3d(deep, classes, subject),
        "touching": touching.draw({"among the codes": SHARES, "on the map": SHARES}, NAMES, subject),
        "filters": filters.draw(p["encoder_filters"], p["decoder_filters"], subject),
        "feature_maps": filters.feature_maps(p["maps_image"], filters.layers_of(p), subject),
    }


@pytest.fixture(scope="module")
def figures():
    return {model: all_figures(subject) for model, subject in SUBJECTS.items()}


def shown(figure, axes=0):
    """The array that is drawn as an image."""
    return np.asarray(figure.axes[axes].images[0].get_array())


def texts(figure):
    return " ".join(text.get_text() for part in (figure, *figure.axes) for text in part.texts)


def test_units_are_sorted_by_kind_with_their_counts():
    pictures = {f"units_{kind}": numbers(count, 28, 28) for kind, count in UNITS.items()}
    table = pd.DataFrame({"kind": np.repeat(list(UNITS), [31, 0, 60, 9])})
    figure = units.of_pictures(pictures, table, replace(SUBJECTS["wta"], classes=GARMENTS))
    said = texts(figure)
    for heading in ("whole garments: 31 of 100 units, 31 %", "strokes: 60 of 100", "noise: 9 of 100 units"):
        assert heading in said
    assert "parts" not in said
    assert len(figure.axes) == 3


@pytest.mark.parametrize("model", SUBJECTS)
def test_no_word_runs_off_the_page(figures, model):
    for name, figure in figures[model].items():
        pixels(figure)
        height = figure.bbox.height
        written = [text for part in (figure, *figure.axes) for text in part.texts if text.get_text()]
        written += [label for axes in figure.axes for label in axes.get_yticklabels() if axes.axison]
        for box, text in ((text.get_window_extent(), text.get_text()) for text in written):
            assert box.x0 >= 0, (name, text)
            assert box.x1 <= WIDTH, (name, text)
            assert box.y0 >= 0, (name, text)
            assert box.y1 <= height, (name, text)


def test_a_loss_line_has_a_point_an_epoch_and_ends_in_its_last_value(figures):
    axes = figures["ae"]["losses"].axes[0]
    assert [list(line.get_ydata()) for line in axes.lines] == [[3, 2, 1], [3, 2, 1.5]]
    assert {"1.00", "1.50"} <= {text.get_text() for text in axes.texts}


def test_what_is_learned_is_drawn_on_one_pair_of_axes_whatever_the_epochs():
    models = {key: card for key, card in cards().items() if key in ("ae", "vae")}
    lengths = {"ae": 3, "vae": 5}
    measures = {
        key: {"psnr_db": np.arange(n) + 15.0, "probe_error": 0.5 - 0.1 * np.arange(n)}
        for key, n in lengths.items()
    }
    psnr, probe = learning.draw(measures, models).axes[:2]
    for key, line in zip(models, psnr.lines, strict=True):
        np.testing.assert_array_equal(line.get_ydata()[: lengths[key]], measures[key]["psnr_db"])
        assert np.isnan(line.get_ydata()[lengths[key] :]).all()
    assert list(probe.lines[0].get_ydata()[:3]) == [50, 40, 30]


def test_the_share_of_each_class_among_the_neighbours_is_written_and_the_own_one_left_grey():
    shares = np.array([[0.7, 0.25, 0.05], [0.1, 0.9, 0.0], [0.004, 0.396, 0.6]])
    axes = touching.draw({"among the codes": shares}, ("0", "1", "2"), SUBJECTS["ae"]).axes[0]
    assert [text.get_text() for text in axes.texts] == ["70", "25", "5", "10", "90", "40", "60"]
    drawn = axes.images[0].get_array()
    assert np.ma.getmaskarray(np.ma.masked_invalid(drawn)).diagonal().all()


def test_of_many_classes_those_that_mix_most_are_drawn_next_to_each_other():
    names, shares = [f"class {label}" for label in range(50)], np.eye(50)
    for one, other in ((7, 31), (8, 40), (31, 9)):
        shares[one, one], shares[one, other] = 0.6, 0.4
    axes = touching.draw({"among the codes": shares}, names, SUBJECTS["ae"]).axes[0]
    drawn = [label.get_text() for label in axes.get_yticklabels()]
    assert len(drawn) == MANY
    assert drawn == sorted(drawn, key=names.index)
    assert {"class 7", "class 8", "class 9", "class 31", "class 40"} <= set(drawn)
    assert [text.get_text() for text in axes.texts].count("40") == 3


def test_variants_are_drawn_as_lines_of_different_colours():
    variants = {f"k = {k}": np.arange(3.0) + k for k in (2, 5, 10, 20)}
    axes = losses.draw({"loss": variants}, SUBJECTS["ae"]).axes[0]
    assert len({line.get_color() for line in axes.lines}) == 4


def test_terms_are_sorted_by_name_in_the_order_of_the_history():
    names = "epoch", "train_loss", "train_kl", "validation_loss", "validation_kl"
    history = pd.DataFrame(dict.fromkeys(names, np.ones(2)))
    assert list(losses.terms_of(history)) == ["loss", "KL"]
    assert list(losses.terms_of(history)["KL"]) == ["training", "validation"]


def test_rows_are_labelled_with_their_psnr(figures):
    p, figure = all_pictures(), figures["ae"]["reconstructions"]
    assert f"reconstruction, {psnr_of_all(p['test_reconstruction'], p['test_clean']):.1f} dB" in texts(figure)
    for value in psnr_of_each(p["train_noisy"], p["train_clean"]):
        assert f"{value:.1f}" in texts(figure)
    np.testing.assert_array_equal(shown(figure)[:28, :28], p["train_noisy"][0])


def test_psnr_of_a_grey_level_of_difference():
    one_off = psnr_of_each(np.full((1, 28, 28), 101, np.uint8), np.full((1, 28, 28), 100, np.uint8))
    assert one_off == pytest.approx(20 * np.log10(255), abs=1e-3)


@pytest.mark.parametrize("last", [1, 10, 12, 13, 500])
def test_chosen_epochs_are_few_and_hold_first_and_last(last):
    epochs = timeline.chosen_epochs(last, 12)
    assert len(epochs) == min(last, 12)
    assert (epochs[0], epochs[-1]) == (1, last)


def test_interpolation_runs_from_the_real_image_to_the_real_image(figures):
    p, sheet = all_pictures(), shown(figures["vae"]["interpolation"])
    np.testing.assert_array_equal(sheet[:28, :28], p["interpolation_start"][0])
    np.testing.assert_array_equal(sheet[-28:, -58:-30], p["interpolation"][9, 9])
    np.testing.assert_array_equal(sheet[-28:, -28:], p["interpolation_end"][9])


def test_a_walk_says_what_coordinates_mean_sorted_by_measure_unnamed_last(figures):
    found = texts(figures["ae"]["walk"])
    rows = [
        "height 50 %\nz1, 8 of 10 classes",
        "slant 70 %\nz2, 8 of 10 classes",
        "slant 30 %\nz0, 8 of 10 classes",
        "height 90 %\nz3, 8 of 10 classes",  # which has no name
    ]
    assert all(row in found for row in rows)
    assert sorted(rows, key=found.index) == rows
    np.testing.assert_array_equal(shown(figures["ae"]["walk"], 1)[:28, :28], all_pictures()["walk"][1, 0])


def test_a_sparse_code_is_built_up_unit_by_unit_to_the_image(figures):
    p, sheet = all_pictures(), shown(figures["wta"]["walk"])
    np.testing.assert_array_equal(sheet[:28, :28], p["walk"][0, 0])
    np.testing.assert_array_equal(sheet[-28:, -28:], p["walk_images"][-1])
    assert "7" in texts(figures["wta"]["walk"])


def test_only_the_vae_has_its_prior_drawn_in(figures):
    (curve,) = figures["vae"]["histograms"].axes[0].lines
    x, density = curve.get_data()
    np.testing.assert_allclose(density, np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi))
    assert not figures["wta"]["histograms"].axes[0].lines
    keys = {model: figures[model]["histograms"].axes[-1].get_legend().get_texts() for model in SUBJECTS}
    assert [text.get_text() for text in keys["vae"]][1] == "N(0, 1), the prior"
    assert len(keys["wta"]) == 1


@pytest.mark.parametrize("model", SUBJECTS)
def test_numbers_under_histograms_are_on_the_page_and_do_not_touch(figures, model):
    figure = figures[model]["histograms"]
    pixels(figure)
    for axes in figure.axes[2:5]:
        low, high = axes.get_xlim()
        marks = zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
        boxes = [label.get_window_extent() for place, label in marks if low <= place <= high]
        assert boxes[0].x0 >= 0
        assert boxes[-1].x1 <= WIDTH
        assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


@pytest.mark.parametrize(
    ("active", "text"),
    [(1.0, "100.0 %"), (0.5, "50.0 %"), (0.0125, "1.2 %"), (0.0005, "0.05 %"), (0.0, "0 %")],
)
def test_a_small_share_of_images_keeps_its_digits(active, text):
    codes = np.zeros((10_000, 1), np.float32)
    codes[: int(active * len(codes))] = 1
    figure = histograms.draw(codes, np.array([7]), SUBJECTS["wta"])
    assert f"unit 7: active on {text}" in texts(figure)


def test_histograms_count_every_value_in_range(figures):
    figure = figures["vae"]["histograms"]
    assert len(figure.axes) == 5 + 1, "a panel a coordinate, and the key"
    heights, edges, _ = figure.axes[0].patches[0].get_data()
    assert (heights * np.diff(edges)).sum() == pytest.approx(1)


@pytest.mark.parametrize("name", ["tsne", "kernel_pca", "kernel_pca_3d"])
def test_every_point_has_its_classs_colour(figures, name):
    expected = np.array([to_rgb(class_colours(10)[label]) for label in labels(60)])
    for axes in figures["ae"][name].axes:
        drawn = axes.collections[0].get_facecolors()
        assert drawn.shape == (60, 4)
        if name != "kernel_pca_3d":  # in three dimensions, points are sorted by depth
            np.testing.assert_allclose(drawn[:, :3], expected)
        assert {tuple(colour) for colour in drawn[:, :3]} == {tuple(colour) for colour in expected}


def test_a_classs_name_stands_at_its_median_in_its_colour(figures):
    points, classes = numbers(60, 2), labels(60)
    names = {text.get_text(): text for text in figures["ae"]["tsne"].axes[0].texts}
    assert len(names) == 10
    np.testing.assert_allclose(names["3"].get_position(), np.median(points[classes == 3], axis=0))
    assert names["3"].get_color() == class_colours(10)[3]


def test_a_digit_is_drawn_at_its_place_in_its_colour():
    points = np.array([[0.0, 0.0], [1.0, 1.0]])
    ink = np.full((2, 28, 28), 255, np.uint8)
    canvas = shown(maps.tsne_images(points, ink, np.array([4, 7]), SUBJECTS["ae"]))
    left = (canvas.shape[1] - canvas.shape[0]) // 2
    np.testing.assert_allclose(canvas[-1, left + 5], to_rgb(class_colours(10)[4]), atol=1e-6)
    np.testing.assert_allclose(canvas[0, -left - 5], to_rgb(class_colours(10)[7]), atol=1e-6)
    np.testing.assert_allclose(canvas[canvas.shape[0] // 2, left], 1)


def test_thumbnails_are_counted_as_they_are_drawn():
    points = numbers(60, 2)
    assert maps.thumbnails_drawn(np.zeros((60, 2))) == 1
    assert 1 < maps.thumbnails_drawn(points) <= 60
    assert maps.thumbnails_drawn(points * 1000) == maps.thumbnails_drawn(points), "maps have no unit"


def test_drawn_digits_keep_their_distance_and_the_first_come_first():
    places = np.random.default_rng(0).uniform(0, 100, (200, 2))
    chosen = maps.far_apart(places, 15)
    distances = np.linalg.norm(places[chosen][:, None] - places[chosen], axis=-1)
    assert chosen[0] == 0
    assert distances[~np.eye(len(chosen), dtype=bool)].min() >= 15
    for left_out in set(range(200)) - set(chosen):
        assert np.linalg.norm(places[chosen] - places[left_out], axis=1).min() < 15


def test_a_filter_keeps_its_weights_and_zero_is_white(figures):
    figure = figures["ae"]["filters"]
    drawn = figure.axes[0].images[0]
    weights = all_pictures()["encoder_filters"]
    zoom = (drawn.get_array()[1:, 1] == weights[0, 0, 0]).argmin()
    np.testing.assert_array_equal(
        drawn.get_array()[1 : 1 + 5 * zoom : zoom, 1 : 1 + 5 * zoom : zoom], weights[0]
    )
    assert drawn.norm(0) == 0.5
    assert drawn.cmap(0.5) == (1, 1, 1, 1)


def test_silent_maps_are_counted():
    layer = np.stack([np.zeros((7, 7)), np.ones((7, 7))]).astype(np.float32)
    figure = filters.feature_maps(images(), {"layer 1": layer}, SUBJECTS["ae"])
    assert "2 maps of 7 × 7, 1 of them silent" in texts(figure)


def test_feature_maps_of_a_sparse_code_say_that_sparsity_is_off():
    layer = np.array([0.0, 0, 0, 2], np.float32)
    words = texts(filters.feature_maps(images(), {"layer 1": layer}, SUBJECTS["wta"]))
    assert "4 units, sparsity off: 25 % of units active" in words
    assert "white 0, black 2" in words


def test_thousands_of_units_fit_on_the_page():
    figure = filters.feature_maps(images(), {"layer 1": numbers(2000)}, SUBJECTS["wta"])
    assert shown(figure, axes=1).shape[1] <= WIDTH
    assert "2000 units" in texts(figure)


def test_the_overview_has_a_row_a_model_in_its_colour():
    rows = [overview.Row(who.name, images(10, seed=7), who.colour, 20.5) for who in SUBJECTS.values()]
    figure = overview.draw([*rows, overview.Row("clean target", images(10))], "Noise in, digits out")
    names = {text.get_text(): text.get_color() for text in figure.axes[0].texts}
    assert all(names[who.name] == who.colour for who in SUBJECTS.values())
    assert texts(figure).count("20.5 dB") == 3
    np.testing.assert_array_equal(shown(figure)[-28:, :28], images(10)[0])


def test_single_images_epochs_and_steps_can_be_drawn():
    who = SUBJECTS["ae"]
    losses.draw({"loss": {"validation": np.array([1.0])}}, who)
    progress.draw(images(1), images(1, 1), images(1), who)
    interpolation.draw(images(1), images(1, 2), images(1), who)
    samples.draw(images(1), images(3), who)
    histograms.draw(np.zeros((1, 1), np.float32), np.array([0]), who)
    histograms.draw(np.zeros((3, 2), np.float32), np.array([0, 1]), SUBJECTS["wta"])
    maps.tsne_images(np.zeros((1, 2)), images(1), np.array([0]), who)
