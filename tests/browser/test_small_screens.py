"""Phones, large letters, a keyboard over half of the screen."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Begins, Works
from tests.browser.people import Visitor

SMALL = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}
TOUCH_PX = 44


def assert_nothing_sticks_out(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    sticking_out = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
             .filter((element) => element.checkVisibility() && !element.closest(".for-ears, .skip-link, .brand__name"))
             .filter((element) => !element.matches(".message--follows > .message__who"))
             .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
             .map((element) => element.className || element.tagName)"""
    )
    assert sticking_out == []


def assert_large_enough_to_hit(controls: Locator) -> None:
    for control in controls.all():
        if control.is_visible() and control.get_attribute("class") != "skip-link":  # seen only by who uses keys
            box = control.bounding_box()
            assert box is not None
            assert box["height"] >= TOUCH_PX, f"{control.inner_text()!r} is {box['height']} px high"


def test_nothing_sticks_out_at_320_pixels_in_any_state_of_the_chat(new_visitor: Begins, on_duty: Works) -> None:
    visitor = new_visitor(**SMALL).opens_the_page()
    assert_nothing_sticks_out(visitor.page)
    visitor.says_and_is_answered("Donaudampfschifffahrtsgesellschaftskapitän" * 4)
    assert_nothing_sticks_out(visitor.page)
    visitor.page.locator("[data-part=human]").click()
    expect(visitor.state).to_contain_text("In de rij")
    assert_nothing_sticks_out(visitor.page)
    operator = on_duty()
    operator.takes_the_next()
    operator.says("Hoi, ben je nu veilig?")
    expect(visitor.said("Hoi, ben je nu veilig?")).to_be_visible()
    assert_nothing_sticks_out(visitor.page)
    visitor.chooses("Gesprek stoppen")
    assert_nothing_sticks_out(visitor.page)
    visitor.page.get_by_role("dialog").get_by_role("button", name="Stoppen", exact=True).click()
    expect(visitor.page.get_by_role("button", name="Nieuw gesprek")).to_be_visible()
    assert_nothing_sticks_out(visitor.page)


def test_nothing_sticks_out_at_320_pixels_in_the_console(on_duty: Works, visitor: Visitor) -> None:
    visitor.waits_for_a_human("hij heeft een mes")
    operator = on_duty(**SMALL)
    expect(operator.waiting).to_have_count(1)
    assert_nothing_sticks_out(operator.page)
    operator.page.get_by_role("button", name="Neem de volgende").click()
    expect(operator.field).to_be_in_viewport()
    assert_nothing_sticks_out(operator.page)
    operator.page.get_by_role("button", name="Terug naar de wachtrij").click()
    expect(operator.own).to_be_visible()
    expect(operator.field).to_be_hidden()


def test_everything_that_is_pressed_is_large_enough_for_a_thumb(new_visitor: Begins) -> None:
    visitor = new_visitor(**SMALL).opens_the_page()
    header = visitor.page.get_by_role("banner")
    assert_large_enough_to_hit(header.get_by_role("link"))
    assert_large_enough_to_hit(visitor.page.get_by_role("button"))
    visitor.says_and_is_answered()
    assert_large_enough_to_hit(visitor.page.get_by_role("button"))


@pytest.mark.parametrize(
    "size",
    [(320, 568), (360, 330), (320, 256), (640, 360), (1280, 800)],
    ids=["small phone", "keyboard up", "zoomed to 400 %", "zoomed to 200 %", "desktop"],
)
def test_the_way_out_the_numbers_and_the_text_field_are_always_in_sight(
    new_visitor: Begins, size: tuple[int, int]
) -> None:
    visitor = new_visitor(viewport={"width": size[0], "height": size[1]}).opens_the_page()
    for number in range(3):
        visitor.says(f"Bericht {number}")
        expect(visitor.page.locator(".message--assistant")).to_have_count(number + 1)
    expect(visitor.way_out).to_be_in_viewport(ratio=1)
    for call in ("112", "0800-2000"):
        expect(visitor.page.get_by_role("navigation").get_by_role("link", name=call)).to_be_in_viewport(ratio=1)
    expect(visitor.field).to_be_in_viewport(ratio=1)
    assert_nothing_sticks_out(visitor.page)


def test_with_double_sized_letters_everything_can_still_be_reached(new_visitor: Begins) -> None:
    visitor = new_visitor(viewport={"width": 360, "height": 740}).opens_the_page()
    visitor.page.evaluate("document.documentElement.style.fontSize = '200%'; window.dispatchEvent(new Event('resize'))")
    assert_nothing_sticks_out(visitor.page)
    expect(visitor.way_out).to_be_in_viewport(ratio=1)
    visitor.says_and_is_answered()
    assert_nothing_sticks_out(visitor.page)
    expect(visitor.field).to_be_in_viewport(ratio=1)
