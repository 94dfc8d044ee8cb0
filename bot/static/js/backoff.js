/* How long to wait before trying the server again.
   Jitter, so that after a restart not everybody knocks in the same second. */

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/**
 * @param {number} failures how many attempts failed in a row
 * @param {() => number} chance between 0 and 1
 * @returns {number} milliseconds, from 500 to 10,000
 */
export function backoffMs(failures, chance = Math.random) {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
  return Math.max(FIRST_MS, ceiling / 2 + (ceiling / 2) * chance());
}
