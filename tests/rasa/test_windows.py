"""Long messages in parts."""

from components.language.windows import MAX_WORDS, windows, within


def test_one_sentence_is_read_in_one_piece() -> None:
    assert windows("hij slaat mij al jaren en ik weet niet wat ik moet doen") == []
    assert windows("") == []


def test_each_sentence_is_a_part_and_a_very_short_one_goes_with_the_one_before_it() -> None:
    text = "Mijn man is vaak boos op mij. Help mij! Gisteren ging ik naar mijn zus toe."
    assert windows(text) == ["Mijn man is vaak boos op mij. Help mij!", "Gisteren ging ik naar mijn zus toe."]


def test_a_story_without_points_is_cut() -> None:
    parts = windows("woord " * 100)
    assert [len(part.split()) for part in parts] == [MAX_WORDS, MAX_WORDS, 100 - 2 * MAX_WORDS]


def test_what_weighs_most_is_read_first_as_far_as_the_budget_goes() -> None:
    parts = ["een twee", "drie vier vijf", "zes"]
    weight = {"een twee": 0, "drie vier vijf": 2, "zes": 0}.__getitem__
    assert within(parts, 5, lambda part: len(part.split()), weight) == ["drie vier vijf", "een twee"]
    assert within(parts, 3, lambda part: len(part.split()), weight) == ["drie vier vijf"]
    assert within(parts, 0, lambda part: len(part.split()), weight) == []
