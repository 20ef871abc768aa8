import pytest

from stages.pages.course import observed


def of(midpoint: float, crossfade: float, random: float) -> dict[str, float]:
    return {"midpoint": midpoint, "crossfade": crossfade, "random": random}


@pytest.mark.parametrize(
    ("measures", "sentences"),
    [
        (
            {"k2": of(0.8, 1.2, 0.7), "k10": of(0.9, 1.2, 0.9)},
            (
                "The middles are at every k nearer to digits than a cross-fade of the ends' pixels.",
                "Pictures of random codes are at every k nearer to training images than unseen digits.",
            ),
        ),
        (
            {"k2": of(1.2, 1.2, 1.0), "k10": of(1.21, 1.2, 0.98)},
            (
                "The middles are at every k level with a cross-fade of the ends' pixels.",
                "Pictures of random codes are at every k as near as unseen digits.",
            ),
        ),
        (
            {"k2": of(1.4, 1.2, 1.3), "k10": of(1.3, 1.2, 1.06)},
            (
                "The middles are at every k farther than a cross-fade of the ends' pixels.",
                "Pictures of random codes are at every k farther than unseen digits.",
            ),
        ),
        (
            {
                "k2": of(0.8, 1.2, 0.8),
                "k5": of(0.9, 1.2, 2.0),
                "k10": of(1.2, 1.2, 1.01),
                "k50": of(1.5, 1.2, 3.0),
            },
            (
                "The middles are at k = 2 and 5 nearer to digits than, at k = 10 level with and at k = 50 "
                "farther than a cross-fade of the ends' pixels.",
                "Pictures of random codes are at k = 2 nearer to training images than, at k = 10 as near as "
                "and at k = 5 and 50 farther than unseen digits.",
            ),
        ),
    ],
)
def test_the_sentences_follow_the_measures(measures, sentences):
    _, _, said = observed(measures)
    assert said == " ".join(sentences)


def test_the_table_has_a_row_for_each_size():
    _, rows, _ = observed({"k2": of(0.8, 1.234, 0.7), "k10": of(0.9, 1.2, 2.0)})
    assert rows.splitlines()[2:] == ["| 2 | 0.80 | 1.2 | 0.70 |", "| 10 | 0.90 | 1.2 | 2.0 |"]
