// Brightness of this screen alone: it changes how the canvas is shown, never a picture.

import { element, say, words } from "./setup.js";

const STEP = 10;

export class Brightness {
  #slider = element("brightness");

  /** canvases: those that show the scope's picture. */
  constructor(canvases) {
    this.canvases = canvases;
    this.#slider.addEventListener("input", () => this.#show());
  }

  change(steps) {
    this.#slider.value = String(Number(this.#slider.value) + steps * STEP);
    this.#show();
  }

  reset() {
    this.#slider.value = "100";
    this.#show();
  }

  #show() {
    const percent = Number(this.#slider.value);
    const isNeutral = percent === 100;
    for (const canvas of this.canvases) canvas.style.filter = isNeutral ? "" : `brightness(${percent}%)`;
    say(element("brightness-value"), `${percent} %`);
    const badge = element("brightness-badge");
    badge.hidden = isNeutral;
    say(badge, words("badge.brightness", { percent }));
  }
}
