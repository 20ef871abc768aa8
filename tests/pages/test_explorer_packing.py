"""Arrays on their way into the page and out again, and modules as one script."""

import base64
import json
import zlib

import numpy as np
import pytest

from stages.common.errors import StudyError
from stages.pages.explorer.inlining import inlined
from stages.pages.explorer.packing import Packing, bits_for, compressed, half, rounded, whole_numbers
from stages.pages.explorer.page import within_html
from tests.pages.explorer_scripts import needs_node, run_script

ARRAYS = {
    "bytes": np.arange(7, dtype=np.uint8),
    "signed": np.array([[-128, 127], [0, 1]], np.int8),
    "counts": np.array([0, 65535], np.uint16),
    "halves": np.array([0, -0.5, 1 / 3, 6e-8, 65504], np.float16),
    "singles": np.array([[np.pi], [-1e-20]], np.float32),
}


@needs_node
def test_arrays_come_out_of_the_page_as_they_went_in(tmp_path):
    found = run_script(tmp_path, "return [content, content.a.signed.shape];", {"a": ARRAYS, "b": ["<", None]})
    content, shape = found
    assert shape == [2, 2]
    assert content["b"] == ["<", None]
    for name, array in ARRAYS.items():
        assert content["a"][name] == array.ravel().astype(float).tolist()


def test_what_is_compressed_is_an_ordinary_zlib_stream():
    content = np.random.default_rng(0).integers(4, size=100_000).astype(np.uint8).tobytes()
    packed = compressed(content)
    assert zlib.decompress(packed) == b"\0" + content
    assert len(packed) < 0.3 * len(content)


def test_an_array_that_comes_twice_is_carried_once():
    packing = Packing()
    notes = packing.manifest([np.ones(9, np.float32), np.ones((3, 3), np.float32)])
    assert [note["at"] for note in notes] == [0, 0]
    assert len(zlib.decompress(base64.b64decode(packing.text()))) == 1 + 36


@pytest.mark.parametrize("bits", [8, 4])
def test_rounding_errs_by_half_a_step_at_most_and_is_done_only_once(bits):
    weights = np.random.default_rng(0).normal(size=(6, 5, 3, 3)).astype(np.float32)
    weights[2] = 0
    weights[3] *= 1e-3
    rows, scales = whole_numbers(weights, bits)
    steps = scales.astype(np.float32).reshape(-1, 1, 1, 1)
    assert np.abs(rows).max() == 2 ** (bits - 1) - 1
    assert (np.abs(rows * steps - weights) <= 0.51 * steps).all()  # a scale is itself rounded
    again = whole_numbers(rows * steps, bits)
    np.testing.assert_array_equal(again[0], rows)
    np.testing.assert_array_equal(again[1], scales)


def test_four_bits_take_half_the_bytes_of_eight():
    weights = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    assert [rounded(weights, bits)["rows"].nbytes for bits in (8, 4)] == [15, 8]


def test_the_more_weights_the_fewer_bits():
    assert [bits_for(numbers) for numbers in (10, 3_000_000, 30_000_000)] == [8, 4, None]


def test_what_is_too_large_for_half_precision_stays_finite():
    assert half(np.array([1e9, -1e9, 2.0])).tolist() == [65504, -65504, 2]


def test_no_tag_of_the_page_can_end_within_its_data():
    text = within_html({"name": "</script><script>"})
    assert "<" not in text
    assert json.loads(text) == {"name": "</script><script>"}


MODULES = {
    "main.js": 'import { twice, value as v } from "./a.js";\nimport { own } from "./b.js";\n'
    "const helper = own();\nresult = [twice(v), helper];\n",
    "a.js": "export const value = 21;\nconst helper = 2;\n"
    "export function twice(x) {\n  return helper * x;\n}\n",
    "b.js": 'import {\n  twice,\n} from "./a.js";\nconst helper = 1;\nexport function own() {\n'
    "  return twice(helper);\n}\n",
}


def written(folder, **changes):
    for name, text in (MODULES | {f"{name}.js": text for name, text in changes.items()}).items():
        (folder / name).write_text(text)
    return folder / "main.js"


@needs_node
def test_modules_inlined_keep_their_names_to_themselves(tmp_path):
    script = inlined(written(tmp_path))
    assert script.count("function twice") == 1
    (tmp_path / "run").mkdir()
    assert run_script(tmp_path / "run", f"let result;\n{script}\nreturn result;") == [42, 2]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"b": "export default 1;\n"}, "b.js: 'export default 1;' is of a form that cannot be inlined"),
        ({"b": 'import all from "./a.js";\n'}, "b.js"),
        ({"a": 'import { own } from "./b.js";\n'}, "a.js → b.js → a.js"),
    ],
)
def test_what_cannot_be_inlined_is_refused(tmp_path, changes, message):
    with pytest.raises(StudyError, match=message):
        inlined(written(tmp_path, **changes))
