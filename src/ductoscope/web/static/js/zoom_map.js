// A small map of the round picture with the window that is looked at.

import { element } from "./setup.js";

export class ZoomMap {
  #map = element("map");
  #frame = this.#map.querySelector("rect");

  show({ zoom, x, y }) {
    this.#map.toggleAttribute("hidden", zoom <= 1);
    if (zoom <= 1) return;
    const side = 100 / zoom;
    const place = { x: x * 100 - side / 2, y: y * 100 - side / 2, width: side, height: side };
    for (const [name, value] of Object.entries(place)) this.#frame.setAttribute(name, value.toFixed(2));
  }
}
