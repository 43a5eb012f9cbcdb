// The nipple as the naked eye sees it: its openings on the clock face, each a button.

import { element, words } from "./setup.js";
import { draw, write } from "./svg.js";

const FACE_MM = 7.2; // radius drawn, a little more than a nipple's 6.95 (Taneri 2006)

export class Nipple {
  #drawn = "";

  /** onEnter(number): an opening was chosen. */
  constructor(onEnter) {
    this.onEnter = onEnter;
  }

  /** Show the openings, or nothing for null. */
  show(orifices) {
    element("nipple").hidden = orifices === null;
    if (orifices === null || JSON.stringify(orifices) === this.#drawn) return;
    this.#drawn = JSON.stringify(orifices);
    const focused = document.activeElement?.dataset?.orifice;
    element("face").replaceChildren(drawFace(), ...orifices.map((orifice) => this.#place(orifice)));
    if (focused !== undefined) document.querySelector(`[data-orifice="${focused}"]`)?.focus();
  }

  #place(orifice) {
    const button = document.createElement("button");
    const angle = (orifice.clock_deg * Math.PI) / 180;
    button.className = "orifice";
    button.dataset.orifice = orifice.number;
    button.style.left = `${50 + (50 * orifice.distance_mm * Math.sin(angle)) / FACE_MM}%`;
    button.style.top = `${50 - (50 * orifice.distance_mm * Math.cos(angle)) / FACE_MM}%`;
    const hour = Math.round(orifice.clock_deg / 30) % 12 || 12;
    const seen = orifice.discharge === null ? "" : words(`discharge.${orifice.discharge}`);
    const label = words("practice.orifice", { hour, ring: words(`ring.${orifice.ring}`), seen });
    button.setAttribute("aria-label", label);
    button.title = label;
    button.classList.toggle("tried", orifice.is_tried);
    if (orifice.discharge !== null && orifice.discharge !== "none") button.dataset.discharge = orifice.discharge;
    button.addEventListener("click", () => this.onEnter(orifice.number));
    return button;
  }
}

function drawFace() {
  const svg = draw("svg", { viewBox: "-60 -60 120 120", "aria-hidden": "true" });
  const add = (name, values) => svg.append(draw(name, values));
  add("circle", { r: 58, class: "areola" });
  add("circle", { r: 48, class: "skin" });
  for (let crease = 0; crease < 26; crease++) {
    // Creases of a nipple's tip run every way; a fixed irrational turn keeps them from lining up.
    const turn = crease * 2.39996;
    const reach = 8 + ((crease * 37) % 36);
    const [x, y] = [reach * Math.cos(turn), reach * Math.sin(turn)];
    add("path", { class: "crease", d: `M${x} ${y} q${6 * Math.sin(turn)} ${-6 * Math.cos(turn)} ${9 * Math.sin(turn + 0.5)} ${-9 * Math.cos(turn + 0.5)}` });
  }
  for (let hour = 1; hour <= 12; hour++) {
    const angle = (hour * Math.PI) / 6;
    svg.append(write(String(hour), 53 * Math.sin(angle), 2 - 53 * Math.cos(angle), "middle"));
  }
  return svg;
}
