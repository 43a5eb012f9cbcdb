// Keys and foot pedals: one table from the server, one rule about who gets the key.

import { setup } from "./setup.js";

const MAY_REPEAT = new Set([
  "zoom_in", "zoom_out", "left", "right", "up", "down", "brighter", "darker",
]);
const OF_A_BUTTON = new Set(["Space", "Enter"]);
const OF_A_SLIDER = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]);

// What is typed belongs to the field; the function keys of a pedal never do.
const TYPED = "textarea, select, input:not([type=range], [type=radio], [type=checkbox])";
const OF_A_PEDAL = /^F\d+$/;

/** Call acts[action](event) for the keys of the table: action to the names of its keys. */
export function listenToKeys(acts, table = setup.keys) {
  const actions = new Map(
    Object.entries(table).flatMap(([action, names]) => names.map((name) => [name, action])),
  );
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const name = nameKey(event);
    if (name === "Escape" && document.querySelector("dialog[open]") === null) document.activeElement?.blur();
    const action = actions.get(name);
    if (action === undefined || belongsToControl(name, document.activeElement)) return;
    event.preventDefault();
    if (event.repeat && !MAY_REPEAT.has(action)) return; // a foot rests on a pedal longer than a finger on a key
    acts[action](event);
  });
  // A button that was clicked must not be pressed again by the pedal's Space, so it lets go of the keyboard.
  addEventListener("click", (event) => {
    if (event.detail > 0) event.target.closest("button, input[type=range]")?.blur();
  });
}

/** A key's name as the tables have it. */
export function nameKey({ key }) {
  if (key === " ") return "Space";
  return key.length === 1 ? key.toLowerCase() : key;
}

// Whoever walks the page with Tab sees a ring around a control; then the control's own keys are its own.
function belongsToControl(name, control) {
  if (control === null || !control.matches(":focus-visible")) return false;
  if (control.matches(TYPED)) return !OF_A_PEDAL.test(name);
  if (control.matches("[role=tab], [role=slider]")) return OF_A_SLIDER.has(name) || OF_A_BUTTON.has(name);
  if (control.matches("input[type=range], input[type=radio]")) {
    return OF_A_SLIDER.has(name) || name === "Space" || (name === "Enter" && control.form !== null);
  }
  if (control.matches("input[type=checkbox], summary, a[href]")) return OF_A_BUTTON.has(name);
  return control.matches("button") && OF_A_BUTTON.has(name);
}
