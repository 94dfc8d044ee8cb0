/* Fits the page to what is really visible.
   iOS lays its keyboard over the page and scrolls the head away; then the way out would be gone while someone types.
   Other browsers resize by themselves (interactive-widget in the viewport tag). */

// In letters: with double-sized letters a screen is low sooner.
const LOW_REM = 30;
const NARROW_REM = 56;

export function followVisibleViewport() {
  const root = document.documentElement;
  const seen = window.visualViewport;

  function fit() {
    const zoomed = seen && Math.abs(seen.scale - 1) > 0.01;
    const height = seen && !zoomed ? seen.height : window.innerHeight;
    // While someone has zoomed in with two fingers the page stays as it is: they are looking around in it.
    if (!zoomed) {
      root.style.setProperty("--app-height", `${height}px`);
      root.style.setProperty("--app-top", `${seen ? seen.offsetTop : 0}px`);
    }
    const rem = Number.parseFloat(getComputedStyle(root).fontSize);
    root.toggleAttribute("data-low", height < LOW_REM * rem && window.innerWidth < NARROW_REM * rem);
  }

  seen?.addEventListener("resize", fit);
  seen?.addEventListener("scroll", fit);
  window.addEventListener("resize", fit);
  root.toggleAttribute("data-app", true);
  fit();
}
