"""Bad settings of the studies are refused as those of the main line are."""

import pytest
import yaml

from stages.common.errors import StudyError
from stages.common.settings import read_yaml
from stages.studies import check_params
from stages.studies.names import NAMES
from stages.studies.settings import PARAMS
from tests.studies.tiny import ROOT


@pytest.fixture
def params(tmp_path, monkeypatch):
    """Writes the committed settings with a change, and checks them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text("arithmetic: portable\n")

    def check(change=lambda params: None):
        content = read_yaml(ROOT / PARAMS)
        change(content)
        PARAMS.parent.mkdir(parents=True, exist_ok=True)
        PARAMS.write_text(yaml.safe_dump(content))
        check_params.main()
        return (tmp_path / "data/studies.ok").read_text()

    return check


def put(*keys, value):
    def change(params):
        *sections, last = keys
        for section in sections:
            params = params[section]
        params[last] = value

    return change


def test_the_committed_settings_are_accepted(params):
    assert "accepted" in params()


def test_every_study_has_a_section_and_every_section_a_study():
    sections = read_yaml(ROOT / PARAMS).keys()
    shared = {"seed", "validation_fraction"}
    assert sections - shared == {name.replace("-", "_") for name in NAMES}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("linear_ae_is_pca", "ae", "epochs", value=0), "linear_ae_is_pca.ae.epochs is 0"),
        (put("linear_ae_is_pca", "runs", value="three"), "linear_ae_is_pca.runs is 'three'"),
        (put("linear_ae_is_pca", "sizes", value=[2, 0]), "linear_ae_is_pca.sizes"),
        (
            put("vae_latent_size", "sizes", value=[2, 2, 5]),
            "vae_latent_size.sizes is [2, 2, 5]; it should go",
        ),
        (put("wta_sparsity", "rates", value=[1.0, 0.1]), "wta_sparsity.rates is [1.0, 0.1]; it should go"),
        (put("linear_ae_is_pca", "ae", "epoch", value=3), "nearest known key is linear_ae_is_pca.ae.epochs"),
        (put("linear_ae_is_cpa", value={}), "nearest known key is linear_ae_is_pca"),
        (put("validation_fraction", value=1.5), "validation_fraction is 1.5"),
        (lambda params: params.pop("seed"), "seed is missing"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(params, change, message):
    with pytest.raises(StudyError) as error:
        params(change)
    assert message in str(error.value)
    assert str(error.value).startswith(str(PARAMS))
    assert "\n" not in str(error.value)
