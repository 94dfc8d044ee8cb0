"""Everything without a mouse, with the focus where a person would look for it."""

from playwright.sync_api import Page, expect

from tests.browser.bot_server import OPERATORS
from tests.browser.conftest import Works
from tests.browser.people import Visitor


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until something with this name has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.innerText.trim()")
        if name in focused:
            return
    raise AssertionError(f"Tab never came to {name!r}")


def test_the_first_key_leads_to_the_text_field_without_a_trace_in_the_address(visitor: Visitor) -> None:
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.get_by_role("button", name="Naar het tekstvak")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.field).to_be_focused()
    assert visitor.page.url == visitor.server.url + "/"


def test_a_visitor_comes_from_opening_to_stopping(visitor: Visitor) -> None:
    page = visitor.page
    tab_to(page, "Ik maak het zelf mee")
    page.keyboard.press("Enter")
    expect(visitor.said("Waar wil je hulp bij?")).to_be_visible()
    # From the own message the next Tab is the choice of the answer.
    page.keyboard.press("Tab")
    expect(page.get_by_role("list", name="Kies een antwoord").get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(visitor.state).to_contain_text("In de rij")

    tab_to(page, "Gesprek stoppen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Terug")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Gesprek stoppen")).to_be_focused()
    page.clock.install()
    page.clock.run_for(2_100)  # so that the next Escape is not the second of two


def test_tab_stays_out_of_what_lies_behind_a_question(visitor: Visitor) -> None:
    visitor.says_and_is_answered()
    visitor.chooses("Gesprek stoppen")
    expect(visitor.page.get_by_role("button", name="Terug")).to_be_focused()
    for _ in range(12):
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate("document.activeElement.closest('.chat__foot, .chat__scroll') === null")


def test_an_operator_logs_in_takes_answers_and_closes(visitor: Visitor, new_operator: Works) -> None:
    visitor.waits_for_a_human()
    operator = new_operator()
    page = operator.page
    page.goto(operator.server.url + "/console/")
    page.keyboard.press("Tab")
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type(OPERATORS["anna"])
    page.keyboard.press("Enter")
    expect(operator.waiting).to_have_count(1)

    tab_to(page, "Neem de volgende")
    page.keyboard.press("Enter")
    expect(page.locator("conversation-panel h1")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if operator.field.evaluate("field => field === document.activeElement"):
            break
    expect(operator.field).to_be_focused()
    page.keyboard.type("Hoi")
    page.keyboard.press("Enter")
    expect(visitor.said("Hoi")).to_be_visible()

    for _ in range(6):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.innerText") == "Sluit gesprek":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Niet doen").last).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("heading", name="Het gesprek is gesloten")).to_be_visible()
    # The focus is somewhere useful, not lost.
    expect(page.locator("#queue-title")).to_be_focused()
