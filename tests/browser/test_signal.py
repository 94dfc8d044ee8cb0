"""What the safety layer saw, as an operator reads it; a visitor sees nothing of it."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Begins, Works
from tests.browser.people import Operator, Visitor
from tests.browser.test_small_screens import SMALL, assert_nothing_sticks_out

WORDS = (
    "Signaal: acuut gevaar, door: woordenlijst en herkenning. Woorden: ‘mes’. Zekerheid van de herkenning: hoog (0,93)"
)


def line_of(operator: Operator) -> Locator:
    return operator.page.locator(".signal-line")


def test_the_operator_reads_what_was_seen_by_what_and_how_sure_beside_that_answer(
    operator: Operator, visitor: Visitor
) -> None:
    visitor.says_and_is_answered("hoi")
    visitor.waits_for_a_human("hij heeft een mes")
    operator.takes_the_next()
    expect(line_of(operator)).to_have_count(1)
    expect(line_of(operator)).to_have_text(WORDS)
    beside = operator.messages.filter(has=operator.page.locator(".signal-line"))
    expect(beside).to_contain_text("Bel nu 112.")
    expect(beside).to_have_class(re.compile("message--assistant"))


def test_it_stays_when_the_operator_looks_at_another_conversation_and_comes_back(
    operator: Operator, new_visitor: Begins
) -> None:
    new_visitor().opens_the_page().waits_for_a_human("hij heeft een mes")
    new_visitor().opens_the_page().waits_for_a_human()
    expect(operator.waiting).to_have_count(2)
    operator.takes_the_next()
    expect(line_of(operator)).to_have_count(1)
    operator.takes_the_next()
    expect(operator.own).to_have_count(2)
    expect(line_of(operator)).to_have_count(0)
    operator.own.first.click()
    expect(line_of(operator)).to_have_text(WORDS)


def test_the_visitors_page_shows_nothing_of_it(visitor: Visitor) -> None:
    visitor.waits_for_a_human("hij heeft een mes")
    expect(visitor.said("Bel nu 112.")).to_be_visible()
    assert visitor.page.locator(".signal-line").count() == 0
    assert "Signaal" not in visitor.page.content()
    assert "woordenlijst" not in visitor.page.content()


def test_it_fits_at_320_pixels_and_is_readable_in_the_dark(on_duty: Works, visitor: Visitor) -> None:
    visitor.waits_for_a_human("hij heeft een mes")
    operator = on_duty(**SMALL, color_scheme="dark")
    operator.page.get_by_role("button", name="Neem de volgende").click()
    line_of(operator).scroll_into_view_if_needed()
    expect(line_of(operator)).to_be_in_viewport()
    assert_nothing_sticks_out(operator.page)
    assert contrast(line_of(operator)) >= 4.5


def contrast(line: Locator) -> float:
    """Of the text on its own ground (WCAG 2.2, 1.4.3)."""
    ratio: float = line.evaluate(
        """(element) => {
             const light = (colour) => {
               const parts = colour.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255);
               const linear = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
               return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
             };
             const style = getComputedStyle(element);
             const [a, b] = [light(style.color), light(style.backgroundColor)].sort((x, y) => y - x);
             return (a + 0.05) / (b + 0.05);
           }"""
    )
    return ratio
