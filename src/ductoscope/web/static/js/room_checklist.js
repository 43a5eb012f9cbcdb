// The checklist of the room: what is ticked in the record, on every screen; a press ticks or takes the tick away.

import { element } from "./setup.js";

/** Show what is ticked; each button sends the other state. */
export function showChecks({ checked }) {
  for (const button of document.querySelectorAll("#panel [data-item]")) {
    const item = button.dataset.item;
    const isDone = item in checked;
    button.setAttribute("aria-checked", String(isDone));
    button.dataset.body = JSON.stringify({ item, is_done: !isDone });
  }
  for (const part of ["room", "after"]) {
    const all = [...document.querySelectorAll(`#checks-${part} [data-item]`)];
    const done = all.filter((one) => one.getAttribute("aria-checked") === "true").length;
    element(`checks-${part}-done`).textContent = `${done} / ${all.length}`;
  }
}
