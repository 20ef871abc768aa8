"""The page's JavaScript at work without a page: modules run by Node.js, on content as the page carries it."""

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stages.pages.explorer.packing import Packing


def playwrights_folder() -> str:
    """Where Playwright keeps the Node.js that it brings along; nowhere, where it is not installed."""
    found = find_spec("playwright")
    return str(Path(found.origin).parent / "driver") if found else ""


MODULES = Path(__file__).parents[2] / "stages/pages/explorer"
SOMETHING = np.zeros(1, np.uint8)
NODE = shutil.which("node") or shutil.which("node", path=playwrights_folder())

needs_node = pytest.mark.skipif(
    NODE is None, reason="needs Node.js, which `pip install playwright` brings, too"
)


def run_script(folder: Path, script: str, content: Any = SOMETHING) -> Any:
    """What the function body `script` returns; it finds `content`, unpacked, and the modules' functions."""
    for path in MODULES.glob("*.js"):
        shutil.copy(path, folder)
    (folder / "package.json").write_text('{"type": "module"}')  # the files hold modules
    packing = Packing()
    packed = {"manifest": json.dumps(packing.manifest(content)), "bytes": packing.text()}
    (folder / "script.js").write_text(
        f"""import {{ readFileSync }} from "node:fs";
import {{ network }} from "./network.js";
import {{ addNoise, normals, uniforms }} from "./noise.js";
import {{ runOf }} from "./run.js";
import {{ unpack }} from "./unpack.js";
const packed = JSON.parse(readFileSync("packed.json", "utf8"));
const content = await unpack(packed.manifest, packed.bytes);
const result = (() => {{ {script} }})();
const plain = (key, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
console.log(JSON.stringify(result, plain));
"""
    )
    (folder / "packed.json").write_text(json.dumps(packed))
    process = subprocess.run(
        [NODE, "script.js"], cwd=folder, capture_output=True, text=True, encoding="utf-8"
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)
