/* Keeps the newest message in sight, without tearing away someone who reads back.
   A long answer is shown from its first line, not from its last. */

const ROOM_PX = 12;
const NEAR_PX = 80;

export class FollowEnd {
  #scroller;
  #list;
  #jump;
  #placedAt = -1;
  #own;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} list
   * @param {HTMLButtonElement} jump leads to the newest; shown when something came while reading back
   * @param {string} own selector of the messages of the one who reads here
   */
  constructor(scroller, list, jump, own) {
    this.#scroller = scroller;
    this.#list = list;
    this.#jump = jump;
    this.#own = own;
    jump.addEventListener("click", () => this.toEnd());
    scroller.addEventListener("scroll", () => {
      if (this.#isNearEnd()) {
        jump.hidden = true;
      }
    });
    // The keyboard comes up, a line is added below: what was in sight stays in sight.
    let height = scroller.clientHeight;
    new ResizeObserver(() => {
      const shrunkBy = height - scroller.clientHeight;
      height = scroller.clientHeight;
      if (shrunkBy > 0 && (this.#isWherePlaced() || this.#distance() - shrunkBy < NEAR_PX)) {
        this.#show();
      }
    }).observe(scroller);
  }

  /** Call it after a message was added: `add` is run between looking and scrolling. */
  around(add) {
    const follows = this.#isWherePlaced() || this.#isNearEnd();
    const result = add();
    if (follows) {
      this.#show();
    } else {
      this.#jump.hidden = this.#isNearEnd();
    }
    return result;
  }

  toEnd() {
    this.#jump.hidden = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#placedAt = this.#scroller.scrollTop;
  }

  #distance() {
    return this.#scroller.scrollHeight - this.#scroller.scrollTop - this.#scroller.clientHeight;
  }

  #isNearEnd() {
    return this.#distance() < NEAR_PX;
  }

  #isWherePlaced() {
    return Math.abs(this.#scroller.scrollTop - this.#placedAt) < 2;
  }

  #show() {
    const last = this.#list.lastElementChild;
    if (!last) {
      return;
    }
    let first = last;
    while (first.previousElementSibling && !first.previousElementSibling.matches(this.#own)) {
      first = first.previousElementSibling;
    }
    const view = this.#scroller.getBoundingClientRect();
    const down = last.getBoundingClientRect().bottom - view.bottom + ROOM_PX;
    const most = first.getBoundingClientRect().top - view.top - ROOM_PX;
    const way = Math.min(down, most);
    if (way > 0) {
      this.#scroller.scrollTop += way;
    }
    this.#placedAt = this.#scroller.scrollTop;
  }
}
