import pytest
from PIL import Image

from stages.pages.markdown import reflowed, to_html


def test_a_paragraph_is_one_line_however_it_was_wrapped():
    assert reflowed("One\n  two\nthree.\n\n\nFour.") == "One two three.\n\nFour.\n"


@pytest.mark.parametrize(
    "text", ["| a |\n| --- |\n| 1 |", "- one\n- two", "1. one\n2. two", "<details>\n<summary>a</summary>"]
)
def test_tables_lists_and_html_keep_their_lines(text):
    assert reflowed(text) == text + "\n"


def test_code_stays_as_it_is():
    text = "Type:\n\n```sh\na\n\n  b\n```\n\nDone."
    assert reflowed(text) == text + "\n"


@pytest.fixture
def html(tmp_path):
    (tmp_path / "figures").mkdir()
    Image.new("L", (40, 30)).save(tmp_path / "figures/curve.png")
    text = """# Is it?

![a curve](figures/curve.png)

| k | error |
| --- | ---: |
| 1 | 0.5 |

[settings](../../../stages/studies/params.yaml), [all](../README.md), [far](https://x.org/README.md) & more
"""
    return to_html(text, tmp_path)


def test_pictures_have_their_size_so_that_nothing_moves_when_they_come(html):
    assert 'width="40" height="30" loading="lazy"' in html


def test_links_to_pages_lead_to_their_html_and_others_stay(html):
    assert 'href="../index.html"' in html
    assert 'href="../../../stages/studies/params.yaml"' in html
    assert 'href="https://x.org/README.md"' in html


def test_text_stays_text_and_tables_become_tables(html):
    assert "&amp; more" in html
    assert ">0.5</td>" in html
