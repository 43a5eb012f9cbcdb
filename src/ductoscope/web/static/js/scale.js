// How large things are: the true magnification on this monitor, and a mm bar, both only where they can be known.

import { element, say, setup, words } from "./setup.js";
import { toast } from "./toast.js";

const MEMORY = "ductoscope.scale";
const BAR_SHARE = 0.22;

export class Scale {
  #stated;

  /** onChange(): the distance or the monitor was stated anew. */
  constructor(onChange) {
    const { distance_mm, monitor_width_mm, medium } = setup;
    const remembered = JSON.parse(localStorage.getItem(MEMORY) ?? "{}");
    // The distance is never remembered: it was true for another look.
    this.#stated = { medium, ...remembered, distance_mm };
    this.#stated.monitor_width_mm = monitor_width_mm ?? remembered.monitor_width_mm ?? null;
    this.onChange = onChange;
    this.#listen();
  }

  /** Diameter of the round picture's field on the wall, mm; null when the distance is unknown. */
  get fieldMm() {
    const { distance_mm, medium } = this.#stated;
    return distance_mm === null ? null : distance_mm * setup.field_mm_at_1_mm[medium];
  }

  /** Times larger than life for a picture `diameterPx` CSS pixels wide as zoomed; null when it cannot be known. */
  magnification(diameterPx) {
    const { monitor_width_mm } = this.#stated;
    if (this.fieldMm === null || monitor_width_mm === null) return null;
    return (diameterPx * monitor_width_mm) / screen.width / this.fieldMm;
  }

  /** The zoom at which the wall stands `times` larger than life; null, with the dialog to say why, when unknown. */
  zoomFor(times, diameterPx) {
    const whole = this.magnification(diameterPx);
    if (whole !== null) return times / whole;
    toast(words("scale.sixty_needs"));
    element("scale-dialog").showModal();
    return null;
  }

  /** Draw the bar and say the magnification for a picture of this size and zoom. */
  show(sidePx, zoom) {
    const times = this.magnification(sidePx * zoom);
    const { distance_mm } = this.#stated;
    const parts = zoom === 1 ? [] : [words("badge.zoom", { zoom: zoom.toFixed(zoom < 10 ? 1 : 0) })];
    if (times !== null) {
      parts.push(words("scale.on_screen", { times: Math.round(times) }));
      parts.push(words("scale.at_distance", { mm: distance_mm }));
    }
    say(element("magnification"), parts.join(" · "));
    element("magnification").hidden = parts.length === 0;
    this.#showBar(sidePx, zoom);
  }

  #showBar(sidePx, zoom) {
    const bar = element("bar");
    bar.hidden = this.fieldMm === null;
    if (bar.hidden) return;
    const pxPerMm = (sidePx * zoom) / this.fieldMm;
    const fitting = setup.bar_mm.filter((mm) => mm * pxPerMm <= sidePx * BAR_SHARE);
    bar.hidden = fitting.length === 0;
    if (bar.hidden) return;
    const mm = fitting[fitting.length - 1];
    bar.firstElementChild.style.width = `${mm * pxPerMm}px`;
    const distance = words("scale.at_distance", { mm: this.#stated.distance_mm });
    say(bar.lastElementChild, `${words("scale.millimetres", { mm })} ${distance}`);
  }

  #listen() {
    const dialog = element("scale-dialog");
    const { distance_mm, medium, monitor_width_mm } = this.#stated;
    dialog.querySelector(`[name=distance][value="${distance_mm ?? ""}"]`).checked = true;
    dialog.querySelector(`[name=medium][value="${medium}"]`).checked = true;
    element("monitor-width").value = monitor_width_mm ?? "";
    dialog.addEventListener("change", () => {
      const distance = dialog.querySelector("[name=distance]:checked").value;
      const width = element("monitor-width");
      this.#stated = {
        distance_mm: distance === "" ? null : Number(distance),
        medium: dialog.querySelector("[name=medium]:checked").value,
        monitor_width_mm: width.value !== "" && width.checkValidity() ? Number(width.value) : null,
      };
      const { medium, monitor_width_mm } = this.#stated;
      localStorage.setItem(MEMORY, JSON.stringify({ medium, monitor_width_mm }));
      this.onChange();
    });
  }
}
