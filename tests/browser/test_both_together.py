"""A visitor and an operator at the same time, live."""

from playwright.sync_api import Route, expect

from tests.browser.conftest import Works
from tests.browser.people import Operator, Visitor


def test_the_two_talk_and_each_sees_who_speaks(visitor: Visitor, operator: Operator) -> None:
    visitor.waits_for_a_human()
    expect(visitor.state).to_contain_text("plek 1")
    operator.takes_the_next()
    expect(visitor.state).to_contain_text("Je praat met een medewerker")
    expect(visitor.page.locator("[data-part=human]")).to_be_hidden()

    operator.says("Hoi, ben je nu veilig?")
    expect(visitor.said("Hoi, ben je nu veilig?")).to_contain_text("Medewerker Anna")
    expect(visitor.state).to_have_text("Je praat met een medewerker: Anna")
    visitor.says("Ja, ik zit bij de buren")
    expect(operator.said("Ja, ik zit bij de buren")).to_be_visible()
    # The chatbot keeps silent.
    expect(visitor.messages.last).to_contain_text("Ja, ik zit bij de buren")


def test_each_sees_that_the_other_types(visitor: Visitor, operator: Operator) -> None:
    visitor.waits_for_a_human()
    operator.takes_the_next()
    expect(visitor.state).to_contain_text("Je praat met een medewerker")
    visitor.field.press_sequentially("Ik")
    expect(operator.page.locator("[data-part=typing]")).to_contain_text("typt")
    operator.field.press_sequentially("Neem")
    expect(visitor.page.locator("[data-part=typing]")).to_be_visible()


def test_of_two_operators_one_gets_the_conversation_and_the_other_is_told(
    visitor: Visitor, operator: Operator, on_duty: Works
) -> None:
    bram = on_duty("bram")
    visitor.waits_for_a_human()
    for each in (operator, bram):
        expect(each.waiting).to_have_count(1)

    # Bram's screen hears of Anna's claim too late: his button is pressed in the same moment.
    def claim_in_the_same_moment(route: Route) -> None:
        operator.takes_the_next()
        route.continue_()

    bram.page.route("**/claim", claim_in_the_same_moment)
    bram.waiting.get_by_role("button", name="Neem over").click()
    expect(bram.notice).to_have_text("Een collega was net eerder.")
    expect(bram.own).to_have_count(0)
    expect(bram.waiting).to_have_count(0)
    expect(operator.own).to_have_count(1)


def test_a_visitor_who_stops_is_told_apart_from_one_who_fled(visitor: Visitor, operator: Operator) -> None:
    visitor.waits_for_a_human()
    operator.takes_the_next()
    visitor.chooses("Gesprek stoppen")
    visitor.page.get_by_role("dialog").get_by_role("button", name="Stoppen", exact=True).click()
    expect(operator.page.get_by_role("heading", name="De bezoeker is gestopt")).to_be_visible()


def test_a_visitor_who_reloads_the_page_begins_anew_and_the_operator_knows(
    visitor: Visitor, operator: Operator
) -> None:
    visitor.waits_for_a_human()
    operator.takes_the_next()
    visitor.page.reload()
    expect(visitor.messages).to_have_count(0)
    expect(operator.page.get_by_role("heading", name="De bezoeker is gestopt")).to_be_visible()
