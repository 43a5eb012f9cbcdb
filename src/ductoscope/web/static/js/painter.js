// One canvas and the picture on it.

import { WHOLE } from "./zoom.js";

export class Painter {
  #context;
  #bitmap = null;
  #window = WHOLE;

  constructor(canvas) {
    this.canvas = canvas;
    // Desynchronized: the browser may put the picture on the screen without waiting for the rest of the page.
    this.#context = canvas.getContext("2d", { alpha: false, desynchronized: true });
  }

  /** Show a picture; it is kept (for zooming) until the next one, and then let go. */
  show(bitmap) {
    if (this.#bitmap !== null && this.#bitmap !== bitmap) this.#bitmap.close();
    this.#bitmap = bitmap;
    this.paint();
  }

  /** Hand the picture over to the caller; the canvas goes on showing it until the next. */
  release() {
    const bitmap = this.#bitmap;
    this.#bitmap = null;
    return bitmap;
  }

  /** Let go of the picture and show nothing. */
  clear() {
    this.#bitmap?.close();
    this.#bitmap = null;
    this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** Look at a window of the picture. */
  look(window) {
    this.#window = window;
    this.paint();
  }

  /** Give the canvas as many pixels as it shows of the picture. */
  resize(sidePx) {
    if (this.canvas.width === sidePx) return;
    this.canvas.width = this.canvas.height = sidePx;
    this.paint();
  }

  paint() {
    if (this.#bitmap === null) return;
    const { zoom, x, y } = this.#window;
    const side = this.canvas.width;
    const context = this.#context;
    const whole = this.#bitmap.width;
    if (zoom === 1 && whole === side) {
      context.drawImage(this.#bitmap, 0, 0);
      return;
    }
    if (zoom < 1) {
      context.fillRect(0, 0, side, side);
    }
    context.imageSmoothingQuality = "high";
    const scale = (side / whole) * zoom;
    const left = side / 2 - x * whole * scale;
    const top = side / 2 - y * whole * scale;
    context.drawImage(this.#bitmap, left, top, whole * scale, whole * scale);
  }
}
