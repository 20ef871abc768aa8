"""Seeds of purposes."""

from stages.common.seeds import derived

PURPOSES = "weights", "noise", "batches", "layers"


def test_every_purpose_and_every_seed_has_a_seed_of_its_own():
    found = {derived(seed, purpose) for seed in range(1000) for purpose in PURPOSES}
    assert len(found) == 1000 * len(PURPOSES)
    assert all(0 <= seed < 2**32 for seed in found)


def test_a_derived_seed_is_a_function_of_both_alone():
    assert derived(0, "weights") == 802132632 != derived(0, "noise")
