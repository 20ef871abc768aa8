"""Shapes are checked all through the test run: every annotation in stages/, on every call."""

from pathlib import Path

import hypothesis
import pytest
from jaxtyping import install_import_hook

from tests import shapes

install_import_hook("stages", f"{shapes.__name__}.checked")  # before anything of stages is imported

from stages.images.parts import Parts  # noqa: E402
from tests.small import small_digits  # noqa: E402

ROOT = Path(__file__).parents[1]

hypothesis.settings.register_profile("study", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("study")  # the same examples on every machine, however slow it is


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs the full MNIST where that is absent, and what takes long unless it is asked for."""
    from stages.images.downloads import is_complete

    if item.get_closest_marker("mnist") and not is_complete(ROOT / "data/downloads/MNIST/raw"):
        pytest.skip("needs the full MNIST: `dvc exp run -S data.dataset=mnist` puts it into data/downloads")
    if item.get_closest_marker("emulated") and "emulated" not in item.config.getoption("markexpr"):
        pytest.skip("takes long: `pytest -m emulated`")


@pytest.fixture(scope="session")
def digits() -> Parts:
    """Some real digits with noise: 40 of each for training, 10 for validation, 20 for testing."""
    return small_digits()
