"""The rules of the house: lint, format, docstrings, and arrows that point one way."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STAGES = ROOT / "stages"
PIPELINE = sorted(path for path in STAGES.glob("*.py") if path.name != "__init__.py")
EXPERIMENTS = sorted(STAGES.glob("studies/*/experiment.py"))
RUN = [
    *PIPELINE,
    *EXPERIMENTS,
    *(STAGES / f"studies/{name}.py" for name in ("check_params", "index", "page")),
]

# Which rooms of stages/ a file in each of them may import from; a stage may import from all of them.
BELOW = ("common", "images", "models", "training", "analyses")  # each knows itself and those before it
ARROWS = {room: {*BELOW[: place + 1]} for place, room in enumerate(BELOW)} | {
    "cards": {"cards", "common"},
    "figures": {"figures", "cards", "common"},
    "pages": {"pages", "figures", "cards", "common"},
}
LIBRARIES_OF_OTHERS = {
    "models": {"pathlib", "os", "io", "json", "csv", "safetensors", "matplotlib", "sklearn"},
    "analyses": {"pathlib", "os", "io", "json", "csv", "safetensors", "matplotlib"},
    "figures": {"torch", "sklearn", "safetensors"},
}
FILE_MODULES = {"stages.common.artifacts", "stages.training.checkpoints"}
DISTRIBUTIONS = {
    "PIL": "pillow",
    "markdown_it": "markdown-it-py",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "mpl_toolkits": "matplotlib",
    "pydantic_core": "pydantic",  # which brings the one version that fits it
}


def name_of(path: Path) -> str:
    return str(path.relative_to(STAGES))


def sources(folder: str) -> list[Path]:
    return sorted((STAGES / folder).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Full names of the modules that `path` imports, at its top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def rooms(path: Path) -> set[str]:
    """Folders of stages/ that `path` imports from; the name of a stage where it imports one."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("stages.")}


def ruff(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "."], cwd=ROOT, capture_output=True, text=True
    )


def test_ruff_finds_nothing():
    process = ruff("check", "--no-cache", "--output-format", "concise")
    assert process.returncode == 0, process.stdout + process.stderr


def test_the_code_is_formatted():
    process = ruff("format", "--check", "--no-cache")
    assert process.returncode == 0, process.stdout + process.stderr


def test_every_public_thing_has_a_docstring():
    """Ruff looks for them; here it is made sure that it is asked to."""
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    ignored = {rule for rules in lint["per-file-ignores"].values() for rule in rules} | set(lint["ignore"])
    assert "D" in lint["select"]
    assert not {"D100", "D101", "D102", "D103", "D104"} & ignored
    assert [pattern for pattern, rules in lint["per-file-ignores"].items() if "D" in rules] == ["tests/**"]


@pytest.mark.parametrize("path", RUN, ids=name_of)
def test_every_file_directly_in_stages_is_a_stage(path):
    tree = ast.parse(path.read_text())
    assert "main" in [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert ast.unparse(tree.body[-1]) == "if __name__ == '__main__':\n    run(main)"
    assert ast.get_docstring(tree)


@pytest.mark.parametrize("path", RUN, ids=name_of)
def test_a_stage_reads_in_one_glance(path):
    (main,) = (
        node
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name == "main"
    )
    assert main.end_lineno - main.lineno < 45


@pytest.mark.parametrize("folder", ARROWS)
def test_arrows_point_one_way(folder):
    wrong = {path.name: rooms(path) - ARROWS[folder] for path in sources(folder)}
    assert not {name: found for name, found in wrong.items() if found}


@pytest.mark.parametrize("path", sorted(STAGES.glob("studies/*/*.py")), ids=name_of)
def test_what_a_study_measures_knows_no_figure_and_what_it_draws_no_model(path):
    if path.stem == "figures":
        assert rooms(path) <= {"studies", "figures", "cards", "common"}
    elif path.stem == "verdicts":
        assert rooms(path) <= {"studies", "pages", "common"}


def test_no_stage_imports_another_and_no_study_another():
    names = {path.stem for path in PIPELINE}
    assert not {path.name: rooms(path) & names for path in RUN if rooms(path) & names}
    for path in STAGES.glob("studies/*/*.py"):
        others = {folder.name for folder in (STAGES / "studies").iterdir() if folder.is_dir()} - {
            path.parent.name
        }
        found = {name.split(".")[2] for name in imports(path) if name.startswith("stages.studies.")}
        assert not found & others, path


@pytest.mark.parametrize("folder", LIBRARIES_OF_OTHERS)
def test_models_know_no_files_figures_no_models_and_analyses_no_matplotlib(folder):
    wrong = {
        path.name: {name.split(".")[0] for name in imports(path)} & LIBRARIES_OF_OTHERS[folder]
        for path in sources(folder)
    }
    assert not {name: found for name, found in wrong.items() if found}


@pytest.mark.parametrize("folder", ["models", "analyses"])
def test_models_and_analyses_neither_read_nor_write(folder):
    for path in sources(folder):
        assert not imports(path) & FILE_MODULES, path
        calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        assert "open" not in [call.id for call in calls if isinstance(call, ast.Name)], path


def test_drawing_loads_neither_torch_nor_sklearn():
    script = "import sys, stages.plot; print(sorted({'torch', 'sklearn'} & set(sys.modules)))"
    process = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (process.stdout, process.stderr) == ("[]\n", "")


@pytest.mark.parametrize("path", sources("."), ids=lambda path: str(path.relative_to(STAGES)))
def test_the_global_generators_are_seeded_in_one_place_only(path):
    seeding = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("torch.manual_seed", "random.seed")
    }
    assert seeding == ({"torch.manual_seed"} if path.name == "runtime.py" else set())


def test_every_library_that_is_imported_is_a_declared_dependency_and_every_declared_one_is_used():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extra = project["optional-dependencies"]["dask"]
    declared = {requirement.split(">=")[0] for requirement in [*project["dependencies"], *extra]}
    names = {name.split(".")[0] for path in sources(".") for name in imports(path)}
    libraries = names - set(sys.stdlib_module_names) - {"stages"}
    used = {DISTRIBUTIONS.get(name, name) for name in libraries}
    assert used <= declared
    assert declared - used <= {"dvc", "ruamel.yaml.clib"}  # run, and what makes it fast; not imported


def test_no_dependency_is_pinned_to_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    every = [
        *project["dependencies"],
        *(item for extra in project["optional-dependencies"].values() for item in extra),
    ]
    assert not [requirement for requirement in every if "==" in requirement or ">=" not in requirement]
