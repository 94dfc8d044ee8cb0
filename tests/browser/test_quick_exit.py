"""Leaving at once. Whoever comes in must see nothing of the chat: not on the screen, not with the Back button."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bot_server import EXIT_URL
from tests.browser.people import Operator, Visitor

SECRET = "Mijn partner heeft me geslagen"


def click(visitor: Visitor) -> None:
    visitor.way_out.click()


def shift_three_times(visitor: Visitor) -> None:
    for _ in range(3):
        visitor.page.keyboard.press("Shift")


def escape_twice(visitor: Visitor) -> None:
    for _ in range(2):
        visitor.page.keyboard.press("Escape")


WAYS = pytest.mark.parametrize("leaves", [click, shift_three_times, escape_twice], ids=lambda way: way.__name__)


@WAYS
def test_every_way_out_leads_to_the_neutral_page(visitor: Visitor, leaves: Callable[[Visitor], None]) -> None:
    visitor.says_and_is_answered(SECRET)
    leaves(visitor)
    expect(visitor.page).to_have_title("Het weer")


@WAYS
def test_every_way_out_tells_the_server_that_it_was_in_a_hurry(
    visitor: Visitor, leaves: Callable[[Visitor], None]
) -> None:
    visitor.says_and_is_answered(SECRET)
    conversation, token = visitor.keys[0]
    with visitor.context.expect_event("request", lambda request: request.url.endswith("/end")) as told:
        leaves(visitor)
    assert told.value.post_data_json == {"reason": "quick_exit"}
    assert told.value.headers["authorization"] == f"Bearer {token}"
    expect(visitor.page).to_have_title("Het weer")
    assert visitor.server.call("POST", f"/api/v1/conversations/{conversation}/end", token, {}) == 409  # closed already


def test_the_screen_is_empty_before_anything_else_happens(visitor: Visitor) -> None:
    visitor.says_and_is_answered(SECRET)
    # What is in the page at the moment that the server is told; the other page is asked for after that.
    visitor.page.evaluate(
        "document.addEventListener('leave-page', () => console.info(document.documentElement.outerHTML), {once: true})"
    )
    with visitor.page.expect_console_message(lambda line: line.type == "info") as seen:
        visitor.way_out.click()
    assert SECRET not in seen.value.text
    assert "Pagina wordt geladen" in seen.value.text
    assert "<title>Laden</title>" in seen.value.text
    expect(visitor.page).to_have_title("Het weer")


def test_the_back_button_does_not_lead_to_the_chat(visitor: Visitor) -> None:
    visitor.page.goto(visitor.server.url + "/healthz")
    visitor.opens_the_page()
    visitor.says_and_is_answered(SECRET)
    visitor.way_out.click()
    expect(visitor.page).to_have_title("Het weer")
    visitor.page.go_back()
    assert visitor.page.url.endswith("/healthz")


def test_who_left_by_another_way_finds_an_empty_page_with_the_back_button(visitor: Visitor) -> None:
    visitor.says_and_is_answered(SECRET)
    visitor.page.goto(EXIT_URL)
    visitor.page.go_back()
    expect(visitor.field).to_be_visible()
    expect(visitor.messages).to_have_count(0)
    assert SECRET not in visitor.page.content()


def test_capital_letters_and_new_lines_are_no_call_for_help(visitor: Visitor) -> None:
    for letter in "ABCD":
        visitor.field.press(f"Shift+{letter}")
    for _ in range(3):
        visitor.field.press("Shift+Enter")
    visitor.field.press_sequentially("einde")
    expect(visitor.field).to_have_value("ABCD\n\n\neinde")
    assert visitor.page.url == visitor.server.url + "/"


def test_another_key_between_starts_the_count_again(visitor: Visitor) -> None:
    keyboard = visitor.page.keyboard
    for key in ("Shift", "Shift", "a", "Shift", "Shift"):
        keyboard.press(key)
    expect(visitor.page.locator("exit-page").get_by_role("status")).to_have_text("Nog 1 keer")
    assert visitor.page.url == visitor.server.url + "/"


def test_the_progress_is_shown_and_said_and_goes_away_after_five_seconds(visitor: Visitor) -> None:
    page: Page = visitor.page
    page.clock.install()
    status = page.locator("exit-page").get_by_role("status")
    page.keyboard.press("Shift")
    expect(status).to_have_text("Nog 2 keer")
    expect(page.locator(".exit-page__dot--on")).to_have_count(1)
    page.clock.run_for(4_900)
    page.keyboard.press("Shift")
    expect(status).to_have_text("Nog 1 keer")
    page.clock.run_for(5_100)
    expect(status).to_be_empty()
    expect(page.locator(".exit-page__dot")).to_have_count(0)


def test_it_works_before_anything_was_said(visitor: Visitor) -> None:
    shift_three_times(visitor)
    expect(visitor.page).to_have_title("Het weer")
    assert visitor.keys == []


def test_the_operator_reads_that_the_visitor_left_in_a_hurry(visitor: Visitor, operator: Operator) -> None:
    visitor.waits_for_a_human()
    operator.takes_the_next()
    escape_twice(visitor)
    expect(operator.page.get_by_role("heading", name="De bezoeker is snel weggegaan")).to_be_visible()
    expect(operator.field).to_be_hidden()
