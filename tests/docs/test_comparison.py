"""The comparison of `make bench-nlu`: its table fits its page, and who takes part is what the page says."""

from collections import Counter
from pathlib import Path

import yaml

from benchmarks.nlu.__main__ import BEGIN, END, PAGE, SHARES, markdown
from benchmarks.nlu.contenders import FEW, ROOT, contenders, examples_of
from components.examples import NLU, read_examples


def test_the_page_has_both_marks_once_and_in_order() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert (page.count(BEGIN), page.count(END)) == (1, 1)
    assert page.index(BEGIN) < page.index(END)


def test_ours_is_the_pipeline_of_the_assistant_and_diet_learns_a_hundred_epochs() -> None:
    known = contenders()
    assert known["ours"].pipeline == yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    assert known["diet"].pipeline[-1]["epochs"] == 100
    assert [part["name"] for part in known["diet-spacy"].pipeline[:3]] == [
        "SpacyNLP",
        "SpacyTokenizer",
        "SpacyFeaturizer",
    ]


def test_each_learns_from_the_same_few_examples_and_all_means_the_folder_itself(tmp_path: Path) -> None:
    known = contenders()
    files = [examples_of(known[key], tmp_path / key) / "nlu.yml" for key in ("bag", "diet", "ours")]
    first, *others = [file.read_text(encoding="utf-8") for file in files]
    assert others == [first, first]
    chosen = read_examples(tmp_path / "ours")
    assert set(Counter(example.intent for example in chosen).values()) == {FEW}
    assert set(chosen) <= set(read_examples())
    assert examples_of(known["ours-all"], tmp_path / "none") == NLU
    assert known["ours-all"].pipeline == known["ours"].pipeline


def test_the_table_has_a_row_for_each_contender_and_says_who_is_missing() -> None:
    figures = {share: [9, 10] for share in SHARES} | {
        "seconds": 61.7, "p50": 1.25, "p95": 9.9, "megabytes": 300.2, "megabytes on disk": 12.3
    }  # fmt: skip
    lines = markdown({"ours": figures}, ["another: not installed"])
    heads, row = (next(line for line in lines if line.startswith(start)) for start in ("| | first", "| ours"))
    assert heads.count("|") == row.count("|")
    assert "| 90.0 % |" in row
    assert row.endswith("| 62 s | 1.2 / 9.9 ms | 300 MB | 12 MB |")
    assert lines[-1] == "\nNot measured here: another: not installed."
