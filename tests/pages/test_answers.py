"""The sentences of the report follow the metrics: whoever leads, whatever is level, however it turns out."""

import itertools
import json

import pytest

from stages.pages import answers, measures
from stages.pages.measures import NAMES, Measure
from stages.pages.wording import against, groups, listed, ranked, verdict

MODELS = list(NAMES)
VALUES = list(itertools.product([0.1, 0.2, 0.3], repeat=3))  # every order, and every tie
ERROR = Measure("error", "Error", "%", 1, "", "lower")
QUALITY = Measure("error", "Quality", "dB", 2, "", "higher")


def metrics_of(values, path="error"):
    """Metrics in which each model has one value at `path`."""
    metrics = {}
    for model, value in zip(MODELS, values, strict=True):
        content = value
        for part in reversed(path.split(".")):
            content = {part: content}
        metrics[model] = content
    return metrics


def all_metrics(**changes):
    """A full set, in which WTA restores best and VAE generates best."""

    def model(mse, psnr, probe, middle, prior, decoder, **more):
        return {
            "test": {"mse": mse, "psnr_db": psnr, "cross_entropy": 5 * mse, **more.get("test", {})},
            "codes": {"linear_probe_error": probe, "knn_error": probe / 2, **more.get("codes", {})},
            "tsne": {"trustworthiness": 0.98, "knn_error": probe},
            "interpolation": {"midpoint_distance": middle, "crossfade_distance": 1.0},
            "samples": {"prior_distance": prior, "fitted_distance": 1.0},
            "filters": {"encoder_smoothness": 0.1, "decoder_smoothness": decoder},
        }

    metrics = {
        "data": {"noisy_mse": 0.05, "noisy_psnr_db": 13.01},
        "pca": {"test": {"mse": 0.04, "psnr_db": 14.0, "cross_entropy": 0.2}},
        "ae": model(0.03, 15.0, 0.2, 0.9, 2.0, 0.6),
        "vae": model(
            0.025, 16.0, 0.1, 1.0, 1.1, 0.1, test={"elbo": -124.8, "kl": 17.1}, codes={"active_units": 7}
        ),
        "wta": model(0.015, 18.0, 0.04, 1.2, 1.0, 0.05, codes={"active_fraction": 0.05}),
    }
    for path, value in changes.items():
        *parents, last = path.split("__")
        section = metrics
        for parent in parents:
            section = section[parent]
        section[last] = value
    return json.loads(json.dumps(metrics))


def plain(text):
    return text.replace(measures.SPACE, " ")


@pytest.mark.parametrize("measure", [ERROR, QUALITY], ids=["lower", "higher"])
@pytest.mark.parametrize("values", VALUES, ids=str)
def test_the_verdict_names_leaders_gap_and_last(values, measure):
    metrics = metrics_of(values)
    best = min(values) if measure.better == "lower" else max(values)
    leaders = [NAMES[model] for model, value in zip(MODELS, values, strict=True) if value == best]
    text = plain(verdict(measure, metrics, "leads", "lead", "all are level"))
    if len(leaders) == 3:
        assert text == f"All are level ({measure.text(measure.rounded(best))}).".replace(measures.SPACE, " ")
        return
    verb = "leads" if len(leaders) == 1 else "lead"
    assert text.lower().startswith(f"{listed([f'the {name}' for name in leaders])} {verb} (".lower())
    ordered = sorted(set(values), reverse=measure.better == "higher")
    gap = abs(measure.rounded(ordered[0]) - measure.rounded(ordered[1]))
    assert f"{gap} {'points' if measure.unit == '%' else 'dB'} ahead of" in text
    assert ("last" in text) == (len(ordered) == 3)
    assert all(name in text for name in NAMES.values())


@pytest.mark.parametrize("values", VALUES, ids=str)
def test_a_baseline_is_beaten_by_those_above_it_only(values):
    text = plain(against(QUALITY, metrics_of(values), QUALITY.rounded(0.2), "PCA (0.20 dB)"))
    assert text.count("PCA (0.20 dB)") == 1
    clauses = text[0].lower() + text[1:-1]
    for model, value in zip(MODELS, values, strict=True):
        (clause,) = (
            part
            for part in clauses.split("; ")
            if f"the {NAMES[model]} " in f"{part} " or part.startswith("all three")
        )
        word = "level" if value == 0.2 else ("beat" if value > 0.2 else "short")
        assert word in clause


def test_what_reads_the_same_is_called_level():
    metrics = metrics_of([0.12341, 0.12349, 0.2])
    assert [models for _, models in groups(ERROR, metrics)] == [["ae", "vae"], ["wta"]]
    assert plain(ranked(ERROR, metrics)) == "the AE and the VAE (both 12.3 %), then the WTA (20.0 %)"


@pytest.mark.parametrize(
    ("value", "text"), [(0.171, "17.1 %"), (1.0, "100.0 %"), (0.00049, "0.0 %"), (-0.0001, "0.0 %")]
)
def test_fractions_are_written_as_percent(value, text):
    assert plain(ERROR.text(ERROR.rounded(value))) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0002, "0.020 %"), (0.0098, "0.98 %"), (0.05, "5.0 %"), (0.152, "15.2 %"), (0, "0.0 %")],
)
def test_a_small_active_fraction_keeps_two_digits(value, text):
    assert plain(measures.ACTIVE_FRACTION.text(measures.ACTIVE_FRACTION.rounded(value))) == text


def test_negative_numbers_have_a_minus_sign():
    assert measures.ELBO.text(measures.ELBO.rounded(-124.793)) == "−124.8\u00a0nats"


def test_denoising_compares_with_pca_the_noise_and_cross_entropy():
    texts = [plain(text) for text in answers.denoising(all_metrics(), 10)]
    assert texts == [
        "The WTA comes closest to the clean images (18.00 dB), 2.00 dB ahead of the VAE (16.00 dB); the AE "
        "(15.00 dB) comes last.",
        "All three beat the noisy input itself (13.01 dB).",
        "All three beat PCA with 10 components (14.00 dB).",
        "Of the noise’s squared error 30 % remains with the WTA, its own faults included.",
        "By cross-entropy the order is the same: the WTA (0.0750 nats), then the VAE (0.1250 nats), then "
        "the AE (0.1500 nats).",
    ]


def test_denoising_admits_defeat():
    metrics = all_metrics(ae__test__psnr_db=12.0, vae__test__psnr_db=14.0, ae__test__cross_entropy=0.01)
    texts = [plain(text) for text in answers.denoising(metrics, 1)]
    assert texts[1] == "The VAE and the WTA beat the noisy input itself (13.01 dB); the AE falls short of it."
    assert texts[2] == (
        "The WTA beats PCA with 1 component (14.00 dB); the VAE is level with it; the AE falls short of it."
    )
    assert "the order is another: the AE (0.0100 nats)" in texts[4]


def test_without_noise_nothing_is_divided_by_it():
    texts = answers.denoising(all_metrics(data__noisy_mse=0.0, data__noisy_psnr_db=120.0), 10)
    assert "no noise" in texts[3]
    assert plain(texts[1]) == "All three fall short of the noisy input itself (120.00 dB)."


@pytest.mark.parametrize(
    ("active", "latent", "text"),
    [
        (10, 10, "The VAE uses all 10 coordinates."),
        (1, 1, "The VAE uses its only coordinate."),
        (7, 10, "The VAE uses 7 of its 10 coordinates; the rest hardly change with the image."),
        (0, 10, "The VAE uses none of its coordinates: all images have much the same code."),
    ],
)
def test_the_code_space_counts_active_units(active, latent, text):
    texts = answers.code_space(all_metrics(vae__codes__active_units=active), latent, "2000 units")
    assert text in texts


@pytest.mark.parametrize("order", list(itertools.permutations([0.9, 1.0, 1.2])), ids=str)
def test_interpolation_compares_with_a_cross_fade(order):
    changes = {
        f"{model}__interpolation__midpoint_distance": v for model, v in zip(MODELS, order, strict=True)
    }
    near, level, far = (NAMES[MODELS[order.index(value)]] for value in (0.9, 1.0, 1.2))
    first, second = (plain(text) for text in answers.interpolation(all_metrics(**changes)))
    assert first == (
        f"Halfway between two images, the {near} (by 10 %) stays nearer to real images than a mere "
        f"cross-fade of the line’s ends; the {level} stays as near to real images as that; the {far} "
        "(by 20 %) strays farther from real images than that."
    )
    assert second == (
        f"With the {near}, images halfway are 0.90 times as far from the nearest training image as real test "
        f"images are; with the {level} 1.00 times, with the {far} 1.20 times."
    )


def test_differences_as_small_as_chance_are_called_level():
    middles = {"ae": 0.98, "vae": 1.02, "wta": 0.97}
    changes = {f"{model}__interpolation__midpoint_distance": value for model, value in middles.items()}
    halfway = plain(answers.interpolation(all_metrics(**changes))[0])
    assert "the WTA (by 3 %) stays nearer" in halfway
    assert "the AE and the VAE stay as near to real images as that" in halfway
    drawn = {"ae": 1.05, "vae": 0.95, "wta": 1.06}
    changes = {f"{model}__samples__prior_distance": value for model, value in drawn.items()}
    random, _, fitting, _ = (plain(text) for text in answers.generation(all_metrics(**changes), 1.0))
    assert "as far from them in the AE (1.05 ×) and the VAE (0.95 ×)" in random
    assert "farther from the training images in the WTA (1.06 ×)" in random
    assert "it changes no more than chance does in the AE and the VAE" in fitting


def test_generation_says_what_fitting_changes():
    metrics = all_metrics(wta__samples__prior_distance=0.9)
    first, asked, fitting, bound = (plain(text) for text in answers.generation(metrics, 1.0))
    assert first == (
        "Compared with real test images, images of random codes lie farther from the training images in the "
        "AE (2.00 ×) and the VAE (1.10 ×), and are less like them; nearer to them in the WTA (0.90 ×), a "
        "sign of blur rather than of better images."
    )
    assert asked == "Only the VAE is asked to fill the standard normal with codes (β = 1)."
    assert fitting == (
        "Drawing codes as real ones are distributed lowers the distance in the AE (from 2.00 to 1.00) and "
        "the VAE (from 1.10 to 1.00); it raises the distance in the WTA (from 0.90 to 1.00)."
    )
    assert "−124.8 nats" in bound
    assert "17.1 nats" in bound


@pytest.mark.parametrize("values", list(itertools.product([0.5, 1.0, 3.0], repeat=3)), ids=str)
def test_no_distance_of_random_codes_is_called_the_better_one(values):
    changes = {f"{model}__samples__prior_distance": v for model, v in zip(MODELS, values, strict=True)}
    text = plain(answers.generation(all_metrics(**changes), 1.0)[0])
    assert text.count("the training images") == 1
    assert [f"({value:.2f} ×)" in text for value in values] == [True] * 3
    assert ("less like them" in text) == (3.0 in values)
    assert ("a sign of blur" in text) == (0.5 in values)
    assert ("as far from" in text) == (1.0 in values)


def test_without_the_kl_term_there_is_no_prior_and_no_bound():
    text = " ".join(answers.generation(all_metrics(), 0.0))
    assert "no model is asked" in text.lower()
    assert "bound" not in text


def test_filters_compare_decoder_with_encoder():
    sizes = {"ae": (3, 3), "vae": (3, 3), "wta": (7, 11)}
    first, second, third = (plain(text) for text in answers.filters(all_metrics(), sizes, 0.05))
    assert first == (
        "By the correlation of neighbouring weights, the decoder’s filters are smoother than the encoder’s "
        "in the AE (0.60 against 0.10); they are as smooth as the encoder’s in the VAE (0.10 against 0.10); "
        "they are rougher than the encoder’s in the WTA (0.05 against 0.10)."
    )
    assert second.startswith(
        "In pixels, filters are 3 × 3 in the AE and the VAE and 7 × 7 (encoder) and 11 × 11 (decoder) in "
        "the WTA;"
    )
    assert "5.0 % of the WTA’s code was active" in third
    assert "at most 5 % of a batch" in third


def test_filters_of_one_size_need_no_warning():
    second = answers.filters(all_metrics(), dict.fromkeys(MODELS, (28, 28)), 1.0)[1]
    assert plain(second) == "In pixels, filters are 28 × 28 in all three."
    assert "is off" in answers.filters(all_metrics(), dict.fromkeys(MODELS, (28, 28)), 1.0)[2]


def test_learning_tells_who_could_go_on_and_who_turned():
    texts = answers.learning({"ae": [3.0, 2.0, 1.0], "vae": [3.0, 2.0, 2.5], "wta": [4.0, 3.0, 2.0]})
    assert [plain(text) for text in texts] == [
        "Validation loss was lowest after the last epoch in the AE and the WTA: more may still help.",
        "Validation loss was lowest after epoch 2 of 3 in the VAE, and at the end 25 % above that.",
    ]


def test_learning_of_one_epoch_has_no_course():
    assert "one epoch" in answers.learning({model: [1.0] for model in MODELS})[0]


def test_every_number_of_the_table_is_found_in_full_metrics():
    metrics = all_metrics()
    for measure in itertools.chain(*measures.TABLE.values()):
        assert any(measure.of(metrics[model]) is not None for model in MODELS), measure.path
