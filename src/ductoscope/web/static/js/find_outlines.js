// Outlines of what is suggested, on the live picture, where they were seen a moment ago; a drawn finding is the ink's.

import { draw, write } from "./svg.js";
import { element } from "./setup.js";

const OLD_MS = 700; // the picture has gone on since

export class FindOutlines {
  #svg = element("find-outlines");
  #window = { zoom: 1, x: 0.5, y: 0.5 };
  #shown = { suggestions: [], pinned: null };
  #seenMs = 0;
  #lookAt = null;
  #isHidden = false;

  constructor() {
    setInterval(() => performance.now() - this.#seenMs > OLD_MS && this.#svg.replaceChildren(), 200);
  }

  /** Show the outlines of one message. pinned: the suggestion that a key would judge. */
  show({ t_ns, suggestions }, pinned) {
    if (t_ns !== this.#lookAt) [this.#lookAt, this.#seenMs] = [t_ns, performance.now()];
    this.#shown = { suggestions, pinned };
    this.#paint();
  }

  /** The picture is looked at through this window. */
  look(window) {
    this.#window = window;
    this.#paint();
  }

  /** A frozen picture is another one. */
  hide(isHidden) {
    this.#isHidden = isHidden;
    this.#paint();
  }

  #paint() {
    const isOld = performance.now() - this.#seenMs > OLD_MS;
    const { suggestions, pinned } = this.#shown;
    const parts = [];
    for (const one of isOld || this.#isHidden ? [] : suggestions) {
      if (one.now_xy.length < 3 || one.judged === "dismissed") continue;
      const state = one.judged ?? (one.id === pinned ? "pinned" : "open");
      const points = one.now_xy.map((point) => this.#toScreen(point));
      parts.push(draw("polygon", { points: points.map((point) => point.map((value) => value.toFixed(2)).join(",")).join(" "), class: state }));
      const [x, y] = points.reduce((top, point) => (point[1] < top[1] ? point : top));
      parts.push(write(String(one.id), Math.min(Math.max(x, 3), 97), Math.max(y - 1.4, 4), "middle"));
    }
    this.#svg.replaceChildren(...parts);
  }

  #toScreen([x, y]) {
    const { zoom, x: middleX, y: middleY } = this.#window;
    return [((x - middleX) * zoom + 0.5) * 100, ((y - middleY) * zoom + 0.5) * 100];
  }
}
