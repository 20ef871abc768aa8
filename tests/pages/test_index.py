from stages.pages import index

PAGE = """# Is {it}?

> It is.

## What was done

Text with $signs$ & <tags>.

| k | error |
| --- | ---: |
| 1 | 0.5 |

![curve](figures/curve.png)

[metrics](metrics.json), [settings](../../../stages/studies/params.yaml), [all](../README.md), [far](https://x.org/)
"""
PAGES = {"one": PAGE.replace("{it}", "A"), "two": PAGE.replace("{it}", "B")}
LISTING = index.markdown({study: index.Entry.of(page) for study, page in PAGES.items()})


def test_the_list_has_question_and_answer_of_every_study():
    assert "| [Is A?](one/README.md) | It is. |" in LISTING
    assert "| [Is B?](two/README.md) | It is. |" in LISTING


def test_links_of_the_one_page_are_as_seen_from_the_index():
    html = index.html(LISTING, PAGES)
    assert '<a href="#one">Is A?</a>' in html
    assert '<article class="study" id="two">' in html
    assert 'src="one/figures/curve.png"' in html
    assert 'href="two/metrics.json"' in html
    assert 'href="../../stages/studies/params.yaml"' in html
    assert 'href="https://x.org/"' in html
    assert 'href="#">all' in html


def test_text_stays_text_and_tables_become_tables():
    html = index.html(LISTING, PAGES)
    assert "&lt;tags&gt;" in html
    assert "<td" in html
    assert ">0.5</td>" in html
