"""A visitor who erases the conversation: nothing of it stays with the operator, in whatever way it is learnt."""

from playwright.sync_api import WebSocket, expect

from tests.browser.conftest import Begins
from tests.browser.people import Operator, Visitor

ERASED = "De bezoeker heeft alles gewist"
SECRET = "Hij heeft een mes in de keukenla"


def erases(visitor: Visitor) -> None:
    visitor.chooses("Gesprek stoppen")
    visitor.page.get_by_role("button", name="Stoppen en alles wissen").click()


def test_the_live_line_says_it_and_nothing_stays_on_the_operators_screen(operator: Operator, visitor: Visitor) -> None:
    frames: list[str] = []

    def listen(line: WebSocket) -> None:
        line.on("framereceived", lambda frame: frames.append(str(frame)))

    operator.page.on("websocket", listen)
    operator.page.reload()
    visitor.waits_for_a_human(SECRET)
    operator.takes_the_next()
    operator.says("Ben je nu veilig?")
    expect(visitor.said("Ben je nu veilig?")).to_be_visible()
    expect(operator.page.locator("[data-part=reason]")).to_have_text("Acuut gevaar")
    operator.field.fill("Je zei een mes in de keukenla")
    asked: list[str] = []
    operator.page.on("request", lambda request: asked.append(request.url))
    erases(visitor)
    expect(operator.page.get_by_role("heading", name=ERASED)).to_be_focused()
    assert [frame for frame in frames if '"closed"' in frame and '"erased"' in frame]
    assert not [url for url in asked if "/conversations/" in url]  # the frame is enough

    page = operator.page
    expect(operator.messages).to_have_count(0)
    expect(page.locator("conversation-panel dl div")).to_have_count(0)
    expect(page.locator("[data-part=reason]")).to_be_hidden()
    expect(operator.field).to_have_value("")
    assert "keukenla" not in page.content()
    # Nor in the page's memory.
    operator.own.click()
    expect(operator.messages).to_have_count(0)
    expect(operator.field).to_have_value("")


def test_a_conversation_that_is_not_open_is_forgotten_too(operator: Operator, new_visitor: Begins) -> None:
    first = new_visitor().opens_the_page()
    first.waits_for_a_human(SECRET)
    operator.takes_the_next()
    operator.field.fill("Je zei een mes in de keukenla")
    second = new_visitor().opens_the_page()
    second.waits_for_a_human()
    expect(operator.waiting).to_have_count(1)
    operator.page.get_by_role("button", name="Neem de volgende").click()
    expect(operator.own).to_have_count(2)

    erases(first)
    expect(operator.own.first).to_contain_text("afgelopen")
    expect(operator.said("Mijn partner is vaak boos")).to_be_visible()  # the other one goes on
    operator.own.first.click()
    expect(operator.page.get_by_role("heading", name=ERASED)).to_be_visible()
    assert "keukenla" not in operator.page.content()
    expect(operator.field).to_have_value("")


def test_what_is_erased_after_it_ended_goes_from_the_screen_as_well(operator: Operator, visitor: Visitor) -> None:
    visitor.waits_for_a_human(SECRET)
    operator.takes_the_next()
    visitor.chooses("Gesprek stoppen")
    visitor.page.get_by_role("dialog").get_by_role("button", name="Stoppen", exact=True).click()
    expect(operator.page.get_by_role("heading", name="De bezoeker is gestopt")).to_be_visible()
    expect(operator.said(SECRET)).to_be_visible()
    conversation, token = visitor.keys[-1]
    assert visitor.server.call("DELETE", f"/api/v1/conversations/{conversation}", token) == 204
    expect(operator.page.get_by_role("heading", name=ERASED)).to_be_visible()
    assert SECRET not in operator.page.content()
