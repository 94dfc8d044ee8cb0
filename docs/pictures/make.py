"""`make pictures`: the pictures of the README, from the running program with its trained model."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.stack.local_run import LocalRun

FOLDER = Path(__file__).parent
# Invented for the picture; no words of anybody.
STORY = "Mijn partner is vaak boos en gooit dan met spullen"


def main() -> None:
    with tempfile.TemporaryDirectory() as name, LocalRun(Path(name)) as run, sync_playwright() as playwright:
        run.wait_until_ready()
        chromium = shutil.which("chromium")
        assert chromium, "Chromium is needed: make setup-test"
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        photograph(browser, run)
        browser.close()


def photograph(browser: Browser, run: LocalRun) -> None:
    console = browser.new_page(viewport={"width": 1100, "height": 760}, locale="nl-NL")
    console.goto(f"{run.url}/console/")
    console.get_by_label("Naam").fill(run.operator)
    console.get_by_label("Wachtwoord").fill(run.password)
    console.get_by_role("button", name="Log in").click()
    expect(console.get_by_text("Verbonden")).to_be_visible()

    chat = browser.new_page(viewport={"width": 430, "height": 760}, locale="nl-NL")
    chat.goto(run.url)
    chat.get_by_label("Jouw bericht").fill(STORY)
    chat.keyboard.press("Enter")
    expect(chat.locator(".message--assistant").last).to_be_visible()
    chat.screenshot(path=FOLDER / "chat.png")

    chat.locator("[data-part=human]").click()
    expect(chat.locator("[data-part=state]")).to_contain_text("In de rij")
    console.get_by_role("button", name="Neem de volgende").click()
    console.get_by_label("Jouw bericht").fill("Hoi, ik ben er. Ben je nu op een veilige plek?")
    console.keyboard.press("Enter")
    chat.get_by_label("Jouw bericht").fill("Ja, ik ben bij de buren.")
    chat.keyboard.press("Enter")
    expect(console.get_by_text("Ja, ik ben bij de buren.").last).to_be_visible()
    console.screenshot(path=FOLDER / "console.png")


main()
