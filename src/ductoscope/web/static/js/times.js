// Times are typed and shown as the clinic's clock has them, whatever this machine's own clock is set to.

import { setup } from "./setup.js";

const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: setup.time_zone, dateStyle: "short", timeStyle: "medium" });

/** How far the clinic's clock is ahead of UTC at a moment, in ms. */
function aheadMs(time) {
  return Date.parse(`${shown.format(time).replace(" ", "T")}Z`) - Math.floor(time / 1000) * 1000;
}

/** A moment (UTC, ISO) as the clinic's clock shows it, "2026-11-23T14:05". */
export function localOf(utc) {
  return shown.format(new Date(utc)).replace(" ", "T").slice(0, 16);
}

/** What was typed as the clinic's time, as UTC; what is no time comes back as it is, to be refused. */
export function utcOf(local) {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return local;
  const first = asUtc - aheadMs(asUtc);
  return new Date(asUtc - aheadMs(first)).toISOString(); // once more: the clocks may change in between
}
