"""What stays behind on the visitor's device, and who else hears of the visit: nothing and nobody."""

from playwright.sync_api import Request, WebSocket, expect

from tests.browser.conftest import Begins
from tests.browser.people import Operator, Visitor


def test_after_a_conversation_there_is_no_cookie_and_nothing_in_any_storage(
    visitor: Visitor, operator: Operator
) -> None:
    visitor.waits_for_a_human()
    operator.takes_the_next()
    operator.says("Hoi")
    expect(visitor.said("Hoi")).to_be_visible()
    assert visitor.context.cookies() == []
    kept = visitor.page.evaluate(
        """async () => ({
             local: localStorage.length,
             session: sessionStorage.length,
             databases: (await indexedDB.databases()).length,
             caches: (await caches.keys()).length,
             workers: (await navigator.serviceWorker.getRegistrations()).length,
             history: history.state,
             name: window.name,
           })"""
    )
    assert kept == {
        "local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0, "history": None, "name": "",
    }  # fmt: skip


def test_every_request_goes_to_our_own_origin_and_none_carries_the_token_in_its_address(new_visitor: Begins) -> None:
    visitor = new_visitor()
    asked: list[str] = []

    def note_request(request: Request) -> None:
        asked.append(request.url)

    def note_socket(socket: WebSocket) -> None:
        asked.append(socket.url)

    visitor.context.on("request", note_request)
    visitor.page.on("websocket", note_socket)
    visitor.opens_the_page().waits_for_a_human()
    visitor.chooses("Gesprek stoppen")
    visitor.page.get_by_role("button", name="Stoppen en alles wissen").click()
    expect(visitor.page.get_by_role("button", name="Nieuw gesprek")).to_be_visible()

    ours = visitor.server.url.removeprefix("http")
    assert any(url.startswith("ws") for url in asked)
    assert [url for url in asked if not url.startswith((f"http{ours}/", f"ws{ours}/"))] == []
    assert [url for url in asked if visitor.keys[0][1] in url] == []


def test_the_address_stays_the_same_and_the_history_one_step_long(new_visitor: Begins) -> None:
    visitor = new_visitor()
    visitor.opens_the_page()
    before = visitor.page.evaluate("history.length")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    visitor.says_and_is_answered()
    visitor.chooses("Gesprek stoppen")
    visitor.page.get_by_role("dialog").get_by_role("button", name="Stoppen", exact=True).click()
    visitor.page.get_by_role("button", name="Nieuw gesprek").click()
    assert visitor.page.evaluate("history.length") == before
    assert visitor.page.url == visitor.server.url + "/"


def test_the_browser_remembers_and_corrects_nothing_of_what_is_typed(visitor: Visitor) -> None:
    expect(visitor.field).to_have_attribute("autocomplete", "off")
    expect(visitor.field).to_have_attribute("spellcheck", "false")
    expect(visitor.field).to_have_attribute("autocorrect", "off")
