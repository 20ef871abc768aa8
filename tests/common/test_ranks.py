"""Two ranks train what one process trains, within rounding: losses, weights, and who wins."""

import os
import subprocess
import sys

import numpy as np
import pytest
from torch import nn

from stages.common import ranks
from stages.common.artifacts import load_arrays, load_table
from tests import small_stage
from tests.common.sharing import CASES, IMAGES, trained
from tests.small import generator, random_images
from tests.stage_imports import ROOT

TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
EVERY_CASE = pytest.mark.parametrize("case", CASES)
EVERY_LAST_BATCH = pytest.mark.parametrize("images", IMAGES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where two ranks leave what they have."""
    folder = tmp_path_factory.mktemp("ranks")
    command = [*TORCHRUN, "-m", "tests.common.sharing", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"SNAPSHOT_SECONDS": "0"})
    return folder


@pytest.fixture(scope="module")
def both(folder):
    """What each of two ranks has, by case and number of images."""
    return {
        (case, images): [load_arrays(folder / f"{case}, {images}, {rank}.npz") for rank in (0, 1)]
        for case in CASES
        for images in IMAGES
    }


@pytest.fixture(scope="module")
def alone():
    """What one process has."""
    return {(case, images): trained(case, images) for case in CASES for images in IMAGES}


@EVERY_CASE
@EVERY_LAST_BATCH
def test_losses_and_weights_are_those_of_one_process_within_rounding(both, alone, case, images):
    wanted = alone[case, images]
    for found in both[case, images]:
        np.testing.assert_allclose(found["losses"], wanted["losses"], rtol=1e-5)
        for name in wanted.keys() - {"losses"}:
            if not name.startswith("winners"):
                np.testing.assert_allclose(found[name], wanted[name], atol=1e-5, err_msg=name)


@EVERY_CASE
@EVERY_LAST_BATCH
def test_both_ranks_have_the_same_weights_to_the_last_bit(both, case, images):
    first, second = both[case, images]
    for name in first:
        if not name.startswith("winners"):
            np.testing.assert_array_equal(first[name], second[name], err_msg=name)


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("wta")])
@EVERY_LAST_BATCH
def test_winners_are_those_of_the_whole_mini_batch(both, alone, case, images):
    names = [name for name in alone[case, images] if name.startswith("winners")]
    assert len(names) == 6
    for name in names:
        shares = [found[name] for found in both[case, images]]
        wanted = alone[case, images][name]
        found = shares[0] if len(wanted) == 1 else np.concatenate(shares)  # one image is computed by both
        np.testing.assert_array_equal(found, wanted)


def test_two_ranks_that_were_killed_go_on_from_the_snapshot_of_the_first(folder, both):
    for rank in (0, 1):
        found, wanted = load_arrays(folder / f"gone on with, {rank}.npz"), both["ae", IMAGES[0]][rank]
        assert found.pop("epochs") == 3  # one was done twice
        assert found.keys() == wanted.keys()
        for name in wanted:
            np.testing.assert_array_equal(found[name], wanted[name], err_msg=name)


def test_a_stage_starts_as_many_processes_as_the_settings_say_and_one_of_them_writes(tmp_path):
    models = []
    for processes in (1, 2):
        folder = small_stage.make_folder(tmp_path / str(processes), processes=processes)
        output = small_stage.run(folder, "train_wta")
        assert output.count("0%|          | 0/") == 1  # as many bars
        models.append(folder / "data/models/wta")
    alone, together = ({path.name for path in model.iterdir()} for model in models)
    assert alone == together
    alone, together = (load_table(model / "history.csv") for model in models)
    np.testing.assert_allclose(alone, together, rtol=1e-5)
    alone, together = ((model / "weights.safetensors").read_bytes() for model in models)
    assert alone != together  # within rounding: there were two


def test_without_other_ranks_all_is_handed_back():
    images = random_images(5)
    with ranks.shared(5) as share:
        assert ranks.gathered(images) is images
        assert ranks.own(images) is images
        assert len(images[share.mine]) == share.batch == 5
        terms = {"loss": images.mean()}
        assert ranks.averaged(terms, nn.Identity(), share) is terms
    assert ranks.is_first()
    ranks.start(processes=1)
    assert ranks.count() == 1


def test_normal_numbers_are_those_of_the_generator():
    drawn = ranks.normal_like(random_images(5), generator(3))
    assert drawn.equal(random_images(5).normal_(generator=generator(3)))
