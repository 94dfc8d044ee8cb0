"""An operator's shift: logging in, the queue, taking over, handing on."""

import re

from playwright.sync_api import expect

from tests.browser.bot_server import OPERATORS
from tests.browser.conftest import Begins, Works
from tests.browser.people import Operator, Visitor


def test_a_wrong_password_gets_a_sentence_and_the_right_one_the_console(new_operator: Works) -> None:
    page = new_operator().page
    page.goto(f"{new_operator().server.url}/console/")
    page.get_by_label("Naam").fill("anna")
    page.get_by_label("Wachtwoord").fill("iets anders")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_have_text("De naam of het wachtwoord klopt niet.")
    expect(page.get_by_label("Wachtwoord")).to_be_focused()
    page.get_by_label("Wachtwoord").fill(OPERATORS["anna"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Geen gesprek open")).to_be_visible()


def test_the_queue_shows_danger_first_with_its_reason_in_words(operator: Operator, new_visitor: Begins) -> None:
    new_visitor().opens_the_page().waits_for_a_human()
    expect(operator.waiting).to_have_count(1)
    new_visitor().opens_the_page().waits_for_a_human("hij heeft een mes")
    expect(operator.waiting).to_have_count(2)
    expect(operator.waiting.first).to_contain_text("Acuut gevaar")
    expect(operator.waiting.first).to_contain_text("wacht")
    expect(operator.waiting.last).not_to_contain_text("Acuut gevaar")
    expect(operator.page).to_have_title(re.compile(r"^\(2\)"))


def test_taking_over_shows_summary_and_what_was_said_to_the_chatbot_apart(operator: Operator, visitor: Visitor) -> None:
    visitor.waits_for_a_human("Mijn partner is vaak boos")
    label = operator.waiting.locator(".waiting__label").inner_text()
    operator.waiting.get_by_role("button", name="Neem over").click()
    heading = operator.page.get_by_role("heading", level=1, name=label)
    expect(heading).to_be_focused()
    expect(operator.page.locator("conversation-panel dl")).to_contain_text("Gaat over")
    expect(operator.said("Mijn partner is vaak boos")).to_have_class(re.compile("message--with-bot"))
    expect(operator.page.get_by_text("Vanaf hier met een medewerker")).to_be_visible()
    operator.says("Hoi, ik ben Anna")
    expect(operator.said("Hoi, ik ben Anna")).not_to_have_class(re.compile("message--with-bot"))
    expect(operator.waiting).to_have_count(0)


def test_giving_back_lets_the_chatbot_answer_again(operator: Operator, visitor: Visitor) -> None:
    visitor.waits_for_a_human()
    operator.takes_the_next()
    expect(visitor.state).to_contain_text("Je praat met een medewerker")
    operator.confirms("Terug naar chatbot")
    expect(operator.own).to_have_count(0)
    expect(visitor.state).to_have_text("Je praat met een chatbot")
    visitor.says("Ben je er nog?")
    expect(visitor.said("Waar wil je hulp bij?").last).to_be_visible()


def test_closing_ends_it_kindly_for_the_visitor(operator: Operator, visitor: Visitor) -> None:
    visitor.waits_for_a_human()
    operator.takes_the_next()
    operator.confirms("Sluit gesprek")
    expect(operator.page.get_by_role("heading", name="Geen gesprek open")).to_be_visible()
    closing = visitor.page.get_by_role("region", name="Het gesprek is gesloten")
    expect(closing.get_by_role("link", name="0800-2000")).to_be_visible()


def test_a_conversation_is_passed_on_to_a_colleague_who_is_there(
    operator: Operator, visitor: Visitor, on_duty: Works
) -> None:
    visitor.waits_for_a_human("Mijn partner is vaak boos")
    operator.takes_the_next()
    operator.page.get_by_role("button", name="Overdragen").click()
    expect(operator.page.get_by_role("dialog")).to_contain_text("Er is nu geen collega aanwezig.")
    operator.page.get_by_role("button", name="Niet doen").click()

    bram = on_duty("bram")
    expect(operator.page.get_by_text("Bram: aanwezig")).to_be_visible()
    operator.page.get_by_role("button", name="Overdragen").click()
    operator.page.get_by_role("dialog").get_by_role("button", name="Bram").click()
    expect(operator.own).to_have_count(0)

    bram.own.click()
    expect(bram.said("Mijn partner is vaak boos")).to_be_visible()
    bram.says("Hoi, ik ben Bram")
    expect(visitor.said("Hoi, ik ben Bram")).to_contain_text("Medewerker Bram")


def test_news_of_another_own_conversation_is_counted(operator: Operator, new_visitor: Begins) -> None:
    first = new_visitor().opens_the_page()
    first.waits_for_a_human()
    operator.takes_the_next()
    second = new_visitor().opens_the_page()
    second.waits_for_a_human()
    expect(operator.waiting).to_have_count(1)
    operator.page.get_by_role("button", name="Neem de volgende").click()
    expect(operator.own).to_have_count(2)
    first.says("Ben je er nog?")
    expect(operator.own.first).to_contain_text("1 nieuw")
    operator.own.first.click()
    expect(operator.said("Ben je er nog?")).to_be_visible()
    expect(operator.own.first).not_to_contain_text("nieuw")


def test_a_half_typed_answer_stays_with_its_conversation(operator: Operator, new_visitor: Begins) -> None:
    for _ in range(2):
        new_visitor().opens_the_page().waits_for_a_human()
    expect(operator.waiting).to_have_count(2)
    operator.takes_the_next()
    operator.field.fill("Ik denk met je mee")
    operator.page.get_by_role("button", name="Neem de volgende").click()
    expect(operator.own).to_have_count(2)
    expect(operator.field).to_have_value("")
    operator.own.first.click()
    expect(operator.field).to_have_value("Ik denk met je mee")


def test_a_reload_brings_back_the_own_conversations(operator: Operator, visitor: Visitor) -> None:
    visitor.waits_for_a_human()
    operator.takes_the_next()
    visitor.says("Dit is nog niet beantwoord")
    expect(operator.said("Dit is nog niet beantwoord")).to_be_visible()
    operator.page.reload()
    expect(operator.own).to_contain_text("nieuw")
    operator.own.click()
    expect(operator.said("Dit is nog niet beantwoord")).to_be_visible()


def test_a_visitor_who_erases_all_takes_it_from_the_operators_screen_too(operator: Operator, visitor: Visitor) -> None:
    visitor.waits_for_a_human("Mijn geheim")
    operator.takes_the_next()
    visitor.chooses("Gesprek stoppen")
    visitor.page.get_by_role("button", name="Stoppen en alles wissen").click()
    expect(operator.page.get_by_role("heading", name="De bezoeker heeft alles gewist")).to_be_visible()
    assert "Mijn geheim" not in operator.page.content()
    operator.page.get_by_role("button", name="Klaar, haal uit mijn lijst").click()
    expect(operator.own).to_have_count(0)


def test_logging_out_ends_the_session(new_operator: Works) -> None:
    operator = new_operator().logs_in()
    operator.page.get_by_role("button", name="Uitloggen").click()
    expect(operator.page.get_by_role("heading", name="Inloggen")).to_be_visible()
    operator.page.goto(operator.server.url + "/console/")
    expect(operator.page.get_by_role("heading", name="Inloggen")).to_be_visible()


def test_who_was_logged_out_elsewhere_is_told(new_operator: Works) -> None:
    operator = new_operator().logs_in()
    operator.context.request.post(f"{operator.server.url}/console/api/logout")
    expect(operator.notice).to_contain_text("Je bent uitgelogd.")
    operator.page.get_by_role("link", name="Log opnieuw in").click()
    expect(operator.page.get_by_role("heading", name="Inloggen")).to_be_visible()
