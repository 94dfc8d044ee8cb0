"""What a visitor meets, from opening the page to closing it."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Begins
from tests.browser.people import Visitor


def test_before_anything_is_typed_the_page_shows_who_can_be_called_now(visitor: Visitor) -> None:
    calls = visitor.page.get_by_role("navigation", name="Direct bellen")
    expect(calls.get_by_role("link", name="Direct gevaar? Bel 112")).to_have_attribute("href", "tel:112")
    expect(calls.get_by_role("link", name="Veilig Thuis 0800-2000 gratis, dag en nacht")).to_have_attribute(
        "href", "tel:08002000"
    )
    expect(visitor.page.get_by_text("Dit is een chatbot, geen mens.")).to_be_visible()


def test_the_title_and_icon_say_nothing_to_someone_who_glances_at_the_tab(visitor: Visitor) -> None:
    expect(visitor.page).to_have_title("Eerste stap")
    expect(visitor.page.locator("link[rel=icon]")).to_have_attribute("href", re.compile(r"/static/icon\.svg"))


def test_who_only_reads_leaves_no_conversation_behind(visitor: Visitor) -> None:
    visitor.field.press_sequentially("Ik weet niet of ik dit wil")
    visitor.page.get_by_role("button", name=re.compile("Verstuur")).hover()
    assert visitor.keys == []


def test_a_role_button_begins_the_conversation_and_is_used_up(visitor: Visitor) -> None:
    visitor.chooses("Ik maak me zorgen om iemand")
    expect(visitor.messages.first).to_contain_text("Jij")
    expect(visitor.messages.first).to_contain_text("Ik maak me zorgen om iemand")
    expect(visitor.said("Waar wil je hulp bij?")).to_contain_text("Chatbot")
    expect(visitor.page.get_by_role("button", name="Ik ben jonger dan 18")).to_be_hidden()


def test_what_is_typed_appears_at_once_and_is_answered(visitor: Visitor) -> None:
    visitor.says("Mijn partner is vaak boos")
    assert visitor.messages.first.inner_text().startswith("Jij")  # at once: no waiting for the server
    expect(visitor.said("Waar wil je hulp bij?")).to_be_visible()
    expect(visitor.said("wordt verstuurd")).to_have_count(0)
    expect(visitor.field).to_have_value("")
    expect(visitor.state).to_have_text("Je praat met een chatbot")


def test_enter_sends_and_shift_enter_makes_a_new_line(visitor: Visitor) -> None:
    visitor.field.press_sequentially("eerste regel")
    visitor.field.press("Shift+Enter")
    visitor.field.press_sequentially("tweede regel")
    visitor.field.press("Enter")
    expect(visitor.messages.first.locator(".message__text")).to_have_text(
        "eerste regel\ntweede regel", use_inner_text=True
    )


def test_choices_stand_under_the_newest_message_and_are_used_up_by_choosing(visitor: Visitor) -> None:
    visitor.says_and_is_answered()
    choices = visitor.page.get_by_role("list", name="Kies een antwoord")
    expect(choices.get_by_role("button")).to_have_text(["Ik wil een mens spreken"])
    choices.get_by_role("button").click()
    expect(visitor.said("Ik zet je in de rij")).to_be_visible()
    expect(choices).to_have_count(0)


def test_choices_are_used_up_by_typing_too(visitor: Visitor) -> None:
    visitor.says_and_is_answered()
    visitor.says_and_is_answered("Iets anders")
    expect(visitor.page.get_by_role("list", name="Kies een antwoord")).to_have_count(1)


def test_a_number_in_an_answer_can_be_called_with_one_tap(visitor: Visitor) -> None:
    visitor.says("hij heeft een mes")
    link = visitor.said("Bel nu").get_by_role("link", name="112")
    expect(link).to_have_attribute("href", "tel:112")


def test_what_looks_like_html_is_shown_and_not_run(visitor: Visitor) -> None:
    visitor.says("<img src=x onerror=alert(1)><b>hallo</b>")
    expect(visitor.messages.first).to_contain_text("<img src=x onerror=alert(1)><b>hallo</b>")
    expect(visitor.messages.first.locator("img, b")).to_have_count(0)


def test_an_empty_message_gets_a_sentence_and_no_conversation(visitor: Visitor) -> None:
    visitor.says("   ")
    expect(visitor.page.get_by_role("alert").filter(has_text="Typ eerst een bericht.")).to_be_visible()
    expect(visitor.field).to_be_focused()
    assert visitor.keys == []


def test_a_refused_message_comes_back_into_the_text_field_with_the_reason(visitor: Visitor) -> None:
    visitor.says("eerst \u0001 dit")
    expect(visitor.page.get_by_role("alert").filter(has_text="tekens die we niet kunnen lezen")).to_be_visible()
    expect(visitor.field).to_have_value("eerst \u0001 dit")
    expect(visitor.messages).to_have_count(0)


def test_the_rest_is_counted_only_near_the_end(visitor: Visitor) -> None:
    counter = visitor.page.locator(".composer__count")
    visitor.field.fill("a" * 1_799)
    expect(counter).to_be_hidden()
    visitor.field.fill("a" * 1_900)
    expect(counter).to_have_text("Nog 100 tekens")


def test_somebody_who_reads_back_is_not_torn_away_by_a_new_message(new_visitor: Begins) -> None:
    visitor = new_visitor(viewport={"width": 360, "height": 640}).opens_the_page()
    for number in range(4):
        visitor.says(f"Bericht {number}")
        expect(visitor.page.locator(".message--assistant")).to_have_count(number + 1)
    scroll = visitor.page.locator("[data-part=scroll]")
    # The next answer is held up until the visitor has scrolled back.
    scroll.evaluate("element => { element.scrollTop = 0 }")
    visitor.server.call(
        "POST",
        f"/api/v1/conversations/{visitor.keys[0][0]}/messages",
        visitor.keys[0][1],
        {"type": "message", "text": "van een ander toestel"},
    )
    expect(visitor.said("van een ander toestel")).to_have_count(1)
    assert scroll.evaluate("element => element.scrollTop") == 0
    visitor.page.get_by_role("button", name="Nieuw bericht").click()
    expect(visitor.page.locator(".message--assistant").last).to_be_in_viewport()
    expect(visitor.page.get_by_role("button", name="Nieuw bericht")).to_be_hidden()


def test_stopping_asks_first_and_then_shows_numbers_and_a_new_beginning(visitor: Visitor) -> None:
    visitor.says_and_is_answered()
    visitor.chooses("Gesprek stoppen")
    question = visitor.page.get_by_role("dialog", name="Wil je stoppen?")
    question.get_by_role("button", name="Terug").click()
    expect(visitor.field).to_be_visible()

    visitor.chooses("Gesprek stoppen")
    question.get_by_role("button", name="Stoppen", exact=True).click()
    closing = visitor.page.get_by_role("region", name="Het gesprek is gesloten")
    expect(closing.get_by_role("link", name="112")).to_be_visible()
    expect(closing.get_by_role("link", name="0800-2000")).to_be_visible()
    expect(visitor.field).to_be_hidden()

    closing.get_by_role("button", name="Nieuw gesprek").click()
    expect(visitor.messages).to_have_count(0)
    visitor.says_and_is_answered("Nog een keer")
    assert len(visitor.keys) == 2


def test_stopping_and_erasing_takes_it_from_the_screen_and_from_the_server(visitor: Visitor) -> None:
    visitor.says_and_is_answered()
    conversation, token = visitor.keys[0]
    visitor.chooses("Gesprek stoppen")
    visitor.page.get_by_role("button", name="Stoppen en alles wissen").click()
    expect(visitor.page.get_by_role("heading", name="Het gesprek is gestopt en gewist")).to_be_visible()
    expect(visitor.messages).to_have_count(0)
    assert visitor.server.call("GET", f"/api/v1/conversations/{conversation}/messages?after=0", token) == 404


def test_the_way_out_stays_in_reach_while_the_page_asks_something(visitor: Visitor) -> None:
    visitor.says_and_is_answered()
    visitor.chooses("Gesprek stoppen")
    expect(visitor.page.get_by_role("dialog")).to_be_visible()
    visitor.way_out.click()
    expect(visitor.page).to_have_title("Het weer")


def test_without_javascript_the_page_says_so_and_shows_the_numbers_and_the_way_out(new_visitor: Begins) -> None:
    visitor = new_visitor(java_script_enabled=False)
    visitor.page.goto(visitor.server.url + "/")
    notice = visitor.page.get_by_role("region", name="De chat werkt nu niet")
    expect(notice.get_by_role("link", name="112")).to_be_visible()
    expect(notice.get_by_role("link", name="0800-2000")).to_be_visible()
    expect(visitor.page.get_by_role("button")).to_have_count(0)
    visitor.way_out.click()
    expect(visitor.page).to_have_title("Het weer")
