// What a hand draws on the picture: an outline or a tool's width, by pointer or by keys. Points are shares of the picture.

import { draw } from "./svg.js";

const MOST_POINTS = 120;
const RING_POINTS = 36;
const STEP = 0.02;
const FINE = 0.004;
const GRIP = 0.035; // how near the edge a finger must be to take hold of it
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const clamp = (value) => Math.min(Math.max(value, 0), 1);

export class Ink {
  #svg;
  #window = { zoom: 1, x: 0.5, y: 0.5 };
  #mode = null; // "outline" or "tool" while something is drawn
  #stroke = null;
  #ring = null;
  #end = 1;
  #grip = null; // of an outline that a hand drags
  #isConcealed = false;

  /** svg: over the picture, 100 by 100. onDone(mode): accepted; onCancel(mode): given up; onChange(mode): dragged. */
  constructor(svg, { onDone, onCancel, onChange = () => {} }) {
    this.#svg = svg;
    Object.assign(this, { onDone, onCancel, onChange, outline: [], ends: null, shown: [] });
    svg.addEventListener("pointerdown", (event) => this.#down(event));
    svg.addEventListener("pointermove", (event) => this.#move(event));
    svg.addEventListener("pointerup", (event) => this.#up(event));
    addEventListener("keydown", (event) => this.#key(event), { capture: true });
  }

  get mode() {
    return this.#mode;
  }

  /** The picture is looked at through this window. */
  look(window) {
    this.#window = window;
    this.paint();
  }

  /** Begin to draw an outline: a ring in the middle of the view, until a hand draws another. */
  drawOutline() {
    const { zoom, x, y } = this.#window;
    this.#isConcealed = false;
    this.#mode = "outline";
    this.#ring = { x, y, rx: 0.12 / zoom, ry: 0.12 / zoom };
    this.outline = ringPoints(this.#ring);
    this.paint();
  }

  /** Begin to change an outline that is there: drag its edge, drag it from within, or move it by keys. */
  changeOutline(points) {
    this.#isConcealed = false;
    this.#mode = "outline";
    this.#ring = null;
    this.outline = points.map((point) => [...point]);
    this.paint();
  }

  /** Begin to draw a tool's width. */
  drawTool() {
    const { zoom, x, y } = this.#window;
    this.#isConcealed = false;
    this.#mode = "tool";
    this.ends ??= [[x - 0.06 / zoom, y], [x + 0.06 / zoom, y]];
    this.#end = 1;
    this.paint();
  }

  /** Stop drawing; what is drawn stays. */
  finish() {
    const mode = this.#mode;
    this.#mode = null;
    this.paint();
    if (mode !== null) this.onDone(mode);
  }

  cancel() {
    const mode = this.#mode;
    this.#mode = this.#stroke = this.#grip = null;
    if (mode === "outline") this.outline = [];
    if (mode === "tool") this.ends = null;
    this.paint();
    if (mode !== null) this.onCancel(mode);
  }

  /** The picture goes on: what was drawn stands in no other one. It is kept for the form. */
  conceal() {
    if (this.#mode !== null) this.cancel();
    this.#isConcealed = true;
    this.paint();
  }

  /** Take everything away. */
  clear() {
    this.#mode = this.#stroke = null;
    this.#isConcealed = false;
    this.outline = [];
    this.ends = null;
    this.shown = [];
    this.paint();
  }

  paint() {
    const parts = this.#isConcealed ? [] : this.#drawParts();
    this.#svg.replaceChildren(...parts);
    this.#svg.toggleAttribute("hidden", parts.length === 0 && this.#mode === null);
    this.#svg.classList.toggle("is-drawing", this.#mode !== null);
  }

  #drawParts() {
    const parts = [];
    for (const points of this.shown) parts.push(draw("polygon", { points: this.#onScreen(points), class: "shown" }));
    if (this.outline.length) parts.push(draw("polygon", { points: this.#onScreen(this.outline), class: "outline" }));
    if (this.#stroke) parts.push(draw("polyline", { points: this.#onScreen(this.#stroke), class: "outline" }));
    if (this.ends) {
      parts.push(draw("polyline", { points: this.#onScreen(this.ends), class: "tool-width" }));
      this.ends.forEach((end, at) => {
        const [x, y] = this.#toScreen(end);
        parts.push(draw("circle", { cx: x, cy: y, r: 1, class: this.#mode === "tool" && at === this.#end ? "end active" : "end" }));
      });
    }
    return parts;
  }

  #toScreen([x, y]) {
    const { zoom, x: middleX, y: middleY } = this.#window;
    return [((x - middleX) * zoom + 0.5) * 100, ((y - middleY) * zoom + 0.5) * 100];
  }

  #onScreen(points) {
    return points.map((point) => this.#toScreen(point).map((value) => value.toFixed(2)).join(",")).join(" ");
  }

  #toPicture(event) {
    const box = this.#svg.getBoundingClientRect();
    const { zoom, x, y } = this.#window;
    return [
      clamp(((event.clientX - box.left) / box.width - 0.5) / zoom + x),
      clamp(((event.clientY - box.top) / box.height - 0.5) / zoom + y),
    ];
  }

  #down(event) {
    if (this.#mode === null) return;
    event.preventDefault();
    this.#svg.setPointerCapture(event.pointerId);
    const point = this.#toPicture(event);
    if (this.#mode === "outline") {
      this.#grip = this.#ring === null ? takeHold(this.outline, point, GRIP / this.#window.zoom) : null;
      if (this.#grip !== null) return;
      this.outline = [];
      this.#stroke = [point];
    } else {
      this.ends = [point, point];
      this.#stroke = [];
    }
    this.paint();
  }

  #move(event) {
    if (this.#grip !== null) {
      this.outline = drag(this.#grip, this.#toPicture(event));
      this.paint();
    }
    if (this.#stroke === null) return;
    const point = this.#toPicture(event);
    if (this.#mode === "outline") this.#stroke.push(point);
    else this.ends = [this.ends[0], point];
    this.paint();
  }

  #up() {
    if (this.#grip !== null) {
      this.#grip = null;
      this.onChange(this.#mode);
    }
    if (this.#stroke === null) return;
    const stroke = this.#stroke;
    this.#stroke = null;
    if (this.#mode === "outline") {
      if (stroke.length < 8) {
        this.drawOutline(); // a tap is no outline
        return;
      }
      this.outline = thin(stroke);
    }
    this.finish();
  }

  #key(event) {
    if (this.#mode === null || event.ctrlKey || event.altKey || event.metaKey || /^F\d/.test(event.key)) return;
    if (document.querySelector("dialog[open]")) return;
    const isTyping = event.target.matches?.("input:not([type=radio], [type=checkbox]), textarea, select");
    if (isTyping || !this.#obey(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #obey({ key, shiftKey }) {
    const step = (shiftKey ? FINE : STEP) / this.#window.zoom;
    if (key === "Enter") this.finish();
    else if (key === "Escape") this.cancel();
    else if (this.#mode === "tool") return this.#moveEnd(key, step);
    else return this.#shapeRing(key, step);
    return true;
  }

  #moveEnd(key, step) {
    if (key === "e" || key === "E") this.#end = 1 - this.#end;
    else if (key in ARROWS) {
      const [dx, dy] = ARROWS[key];
      const [x, y] = this.ends[this.#end];
      this.ends = this.ends.map((end, at) => (at === this.#end ? [clamp(x + dx * step), clamp(y + dy * step)] : end));
    } else return false;
    this.paint();
    return true;
  }

  #shapeOutline(key, step, grow) {
    const middle = [0, 1].map((axis) => this.outline.reduce((sum, point) => sum + point[axis], 0) / this.outline.length);
    const [dx, dy] = ARROWS[key] ?? [0, 0];
    const factor = key === "+" || key === "=" ? grow : key === "-" ? 1 / grow : 1;
    if (dx === 0 && dy === 0 && factor === 1) return false;
    this.outline = this.outline.map((point) =>
      point.map((value, axis) => clamp(middle[axis] + (value - middle[axis]) * factor + [dx, dy][axis] * step)),
    );
    this.paint();
    this.onChange(this.#mode);
    return true;
  }

  #shapeRing(key, step) {
    const ring = this.#ring;
    const grow = 1.1;
    if (ring === null) return this.#shapeOutline(key, step, grow);
    if (key in ARROWS) {
      const [dx, dy] = ARROWS[key];
      ring.x = clamp(ring.x + dx * step);
      ring.y = clamp(ring.y + dy * step);
    } else if (key === "+" || key === "=") [ring.rx, ring.ry] = [ring.rx * grow, ring.ry * grow];
    else if (key === "-") [ring.rx, ring.ry] = [ring.rx / grow, ring.ry / grow];
    else if (key === ">" || key === ".") [ring.rx, ring.ry] = [ring.rx * grow, ring.ry / grow];
    else if (key === "<" || key === ",") [ring.rx, ring.ry] = [ring.rx / grow, ring.ry * grow];
    else return false;
    ring.rx = Math.min(ring.rx, 0.5);
    ring.ry = Math.min(ring.ry, 0.5);
    this.outline = ringPoints(ring);
    this.paint();
    return true;
  }
}

/** How each point of an outline follows a hand: all alike from within, its neighbours softly from its edge. */
function takeHold(outline, [x, y], reach) {
  const far = outline.map(([px, py]) => Math.hypot(px - x, py - y));
  const nearest = Math.min(...far);
  if (nearest > reach) return isInside(outline, [x, y]) ? { outline, from: [x, y], weights: outline.map(() => 1) } : null;
  const at = far.indexOf(nearest);
  const [ax, ay] = outline[at];
  const soft = 2 * reach;
  const weights = outline.map(([px, py]) => Math.exp(-(((px - ax) ** 2 + (py - ay) ** 2) / soft ** 2)));
  return { outline, from: [x, y], weights };
}

function drag({ outline, from, weights }, [x, y]) {
  return outline.map(([px, py], at) => [clamp(px + weights[at] * (x - from[0])), clamp(py + weights[at] * (y - from[1]))]);
}

function isInside(outline, [x, y]) {
  let inside = false;
  outline.forEach(([ax, ay], at) => {
    const [bx, by] = outline.at(at - 1);
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

function ringPoints({ x, y, rx, ry }) {
  return Array.from({ length: RING_POINTS }, (_, at) => {
    const turn = (at / RING_POINTS) * 2 * Math.PI;
    return [clamp(x + rx * Math.cos(turn)), clamp(y + ry * Math.sin(turn))];
  });
}

function thin(points) {
  const every = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, at) => at % every === 0);
}
