"""Tunnels, lifts, restarts. Nothing that was typed gets lost, nothing arrives twice."""

import json
from collections.abc import Callable

from playwright.sync_api import Route, WebSocketRoute, expect

from tests.browser.bot_server import BotServer
from tests.browser.conftest import Begins, Works


class Lines:
    """The visitor's sockets, so that a test can cut them."""

    def __init__(self) -> None:
        self.open: list[WebSocketRoute] = []
        self.deaf = False  # the line looks alive, but nothing comes back
        self.refuse_next = ""  # the code that the next message is answered with

    def connect(self, line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        line.on_message(self._forward(line, server))
        server.on_message(lambda frame: None if self.deaf else line.send(frame))
        self.open.append(line)

    def _forward(self, line: WebSocketRoute, server: WebSocketRoute) -> Callable[[str | bytes], None]:
        def forward(frame: str | bytes) -> None:
            if self.refuse_next:
                client_id = json.loads(frame)["client_id"]
                line.send(json.dumps({"type": "error", "code": self.refuse_next, "client_id": client_id}))
                self.refuse_next = ""
            else:
                server.send(frame)

        return forward


def test_after_a_dropped_line_the_conversation_goes_on_where_it_was(new_visitor: Begins) -> None:
    lines = Lines()
    visitor = new_visitor()
    visitor.page.route_web_socket("**/ws", lines.connect)
    visitor.opens_the_page().says_and_is_answered("Voor de tunnel")
    lines.open[-1].close(code=1001)
    visitor.says("In de tunnel")
    expect(visitor.said("In de tunnel")).to_have_count(1)
    expect(visitor.page.locator(".message--assistant")).to_have_count(2)
    expect(visitor.said("Voor de tunnel")).to_have_count(1)
    assert len(lines.open) == 2


def test_a_message_whose_echo_got_lost_is_sent_again_and_stands_there_once(new_visitor: Begins) -> None:
    lines = Lines()
    visitor = new_visitor()
    visitor.page.route_web_socket("**/ws", lines.connect)
    visitor.opens_the_page().says_and_is_answered("Eerst dit")
    lines.deaf = True
    visitor.says("Kwam dit aan?")
    visitor.page.wait_for_timeout(0)  # hands control to the routes
    expect(visitor.said("wordt verstuurd")).to_have_count(1)
    lines.open[-1].close(code=1001)
    lines.deaf = False
    expect(visitor.said("wordt verstuurd")).to_have_count(0)
    expect(visitor.said("Kwam dit aan?")).to_have_count(1)
    expect(visitor.page.locator(".message--assistant")).to_have_count(2)


def test_a_restart_of_the_server_loses_nothing_for_either_of_the_two(
    restartable: BotServer, new_visitor: Begins, new_operator: Works
) -> None:
    visitor = new_visitor(at=restartable).opens_the_page()
    operator = new_operator(at=restartable).logs_in()
    visitor.waits_for_a_human("Voor de storing")
    operator.takes_the_next()
    operator.says("Ik ben er")
    expect(visitor.said("Ik ben er")).to_be_visible()

    restartable.stop()
    expect(visitor.connection).to_have_text(
        "Geen verbinding. Je kunt nu wel bellen: 112 of 0800-2000. We blijven het proberen."
    )
    expect(visitor.connection.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")
    expect(operator.page.get_by_text("Geen verbinding.")).to_be_visible()
    visitor.says("Getypt tijdens de storing")
    operator.says("Ook getypt tijdens de storing")
    expect(visitor.said("wordt verstuurd")).to_have_count(1)

    restartable.start()
    expect(operator.said("Getypt tijdens de storing")).to_have_count(2)  # the operator's own sentence holds it too
    expect(visitor.said("Ook getypt tijdens de storing")).to_have_count(1)
    expect(visitor.said("wordt verstuurd")).to_have_count(0)
    expect(visitor.connection).to_be_empty()
    expect(operator.page.get_by_text("Verbonden")).to_be_visible()
    for person in (visitor, operator):
        expect(person.said("Voor de storing")).to_have_count(1)


def test_when_the_first_message_finds_no_server_it_waits_on_the_page(new_visitor: Begins) -> None:
    visitor = new_visitor()
    down = [True]

    def sometimes(route: Route) -> None:
        if down:
            route.abort()
        else:
            route.fallback()

    visitor.page.route("**/api/v1/conversations", sometimes)
    visitor.opens_the_page().says("Is daar iemand?")
    expect(visitor.connection).to_contain_text("Geen verbinding.")
    expect(visitor.said("wordt verstuurd")).to_have_count(1)
    down.clear()
    expect(visitor.said("Waar wil je hulp bij?")).to_be_visible()
    expect(visitor.said("Is daar iemand?")).to_have_count(1)


def test_a_conversation_that_is_gone_ends_with_words_and_keeps_what_was_typed(new_visitor: Begins) -> None:
    lines = Lines()
    visitor = new_visitor()
    visitor.page.route_web_socket("**/ws", lines.connect)
    visitor.opens_the_page().says_and_is_answered()
    conversation, token = visitor.keys[0]
    lines.open[-1].close(code=1001)
    visitor.server.call("DELETE", f"/api/v1/conversations/{conversation}", token)
    visitor.says("Nog één ding")
    expect(visitor.page.get_by_role("heading", name="Dit gesprek is er niet meer.")).to_be_visible()
    visitor.page.get_by_role("button", name="Nieuw gesprek").click()
    expect(visitor.field).to_have_value("Nog één ding")


def test_erasing_without_connection_is_not_called_done(new_visitor: Begins) -> None:
    visitor = new_visitor().opens_the_page()
    visitor.says_and_is_answered()
    visitor.page.route("**/api/v1/conversations/*", lambda route: route.abort())
    visitor.chooses("Gesprek stoppen")
    visitor.page.get_by_role("button", name="Stoppen en alles wissen").click()
    expect(visitor.page.get_by_role("alert").filter(has_text="Wissen is niet gelukt")).to_be_visible()
    expect(visitor.messages.first).to_be_visible()


def test_too_many_messages_at_once_can_be_sent_again_one_by_one(new_visitor: Begins) -> None:
    lines = Lines()
    visitor = new_visitor()
    visitor.page.route_web_socket("**/ws", lines.connect)
    visitor.opens_the_page().says_and_is_answered()
    lines.refuse_next = "too_many_messages"
    visitor.says("Nog iets")
    expect(visitor.said("Nog iets")).to_contain_text("Niet verstuurd. Je stuurt veel berichten achter elkaar.")
    visitor.page.get_by_role("button", name="Opnieuw versturen").click()
    expect(visitor.page.locator(".message--assistant")).to_have_count(2)
    expect(visitor.said("Nog iets")).to_have_count(1)
    expect(visitor.said("Niet verstuurd")).to_have_count(0)
