"""A visitor and an operator as they sit before their screens: what they do, and what they can see."""

import re

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.bot_server import OPERATORS, BotServer

ASK_FOR_HUMAN = "Ik wil een mens spreken"


class Visitor:
    def __init__(self, context: BrowserContext, server: BotServer) -> None:
        self.context = context
        self.server = server
        self.page: Page = context.new_page()
        self.complaints: list[str] = []  # errors of scripts and of the content security policy
        self.keys: list[tuple[str, str]] = []  # id and token of each conversation begun
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self.page.route("**/api/v1/conversations", self._note_key)

    def _note_key(self, route: Route) -> None:
        """On its way to the page, so that the key is known here before the page can do anything with it."""
        answer = route.fetch()
        made = answer.json()
        self.keys.append((made["id"], made["token"]))
        route.fulfill(response=answer)

    def opens_the_page(self) -> "Visitor":
        self.page.goto(self.server.url + "/")
        expect(self.field).to_be_visible()
        return self

    @property
    def field(self) -> Locator:
        return self.page.get_by_label("Jouw bericht")

    @property
    def messages(self) -> Locator:
        return self.page.locator("[role=log] .message")

    @property
    def state(self) -> Locator:
        return self.page.locator("[data-part=state]")

    @property
    def connection(self) -> Locator:
        return self.page.locator("[data-part=connection]")

    @property
    def way_out(self) -> Locator:
        return self.page.get_by_role("banner").get_by_role("link", name="Verlaat deze site")

    def said(self, text: str | re.Pattern[str]) -> Locator:
        return self.messages.filter(has_text=text)

    def says(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def chooses(self, title: str) -> None:
        self.page.get_by_role("button", name=title).last.click()

    def says_and_is_answered(self, text: str = "Mijn partner is vaak boos") -> None:
        self.says(text)
        expect(self.page.locator(".message--assistant").last).to_be_visible()

    def waits_for_a_human(self, text: str = "Mijn partner is vaak boos") -> None:
        self.says_and_is_answered(text)
        self.page.locator("[data-part=human]").click()
        expect(self.state).to_contain_text("In de rij voor een medewerker")


class Operator:
    def __init__(self, context: BrowserContext, server: BotServer, name: str = "anna") -> None:
        self.context = context
        self.server = server
        self.name = name
        self.page: Page = context.new_page()

    def logs_in(self) -> "Operator":
        self.page.goto(self.server.url + "/console/")
        self.page.get_by_label("Naam").fill(self.name)
        self.page.get_by_label("Wachtwoord").fill(OPERATORS[self.name])
        self.page.get_by_role("button", name="Log in").click()
        expect(self.page.get_by_text("Verbonden")).to_be_visible()
        return self

    def opens_the_console(self) -> "Operator":
        """Already logged in."""
        self.page.goto(self.server.url + "/console/")
        expect(self.page.get_by_text("Verbonden")).to_be_visible()
        return self

    @property
    def waiting(self) -> Locator:
        return self.page.locator(".waiting")

    @property
    def own(self) -> Locator:
        return self.page.locator(".own")

    @property
    def field(self) -> Locator:
        return self.page.get_by_label("Jouw bericht")

    @property
    def messages(self) -> Locator:
        return self.page.locator("[role=log] .message")

    @property
    def notice(self) -> Locator:
        return self.page.locator("[data-part=notice]")

    def said(self, text: str) -> Locator:
        return self.messages.filter(has_text=text)

    def takes_the_next(self) -> None:
        self.page.get_by_role("button", name="Neem de volgende").click()
        expect(self.page.get_by_text("Je praat met deze bezoeker")).to_be_visible()

    def says(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def confirms(self, action: str) -> None:
        self.page.get_by_role("button", name=action).click()
        self.page.get_by_role("dialog").get_by_role("button", name=action).click()
