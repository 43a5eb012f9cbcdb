// The hands: keys that are held, the mouse or a finger on the picture, and a gamepad, all as one set of controls.

import { element, setup } from "./setup.js";

const REST = { push: 0, bend_x: 0, bend_y: 0, roll: 0, flush: 0, suction: 0, hold: false };
const HELD = {
  push: ["push", 1], pull: ["push", -1],
  bend_left: ["bend_x", -1], bend_right: ["bend_x", 1], bend_up: ["bend_y", -1], bend_down: ["bend_y", 1],
  roll_left: ["roll", -1], roll_right: ["roll", 1],
  flush: ["flush", 1], suction: ["suction", 1],
};
const WHEEL_PUSH_MS = 160;
const DEAD_ZONE = 0.12;
const DRAG_FULL = 0.3; // this share of the picture's side bends the tip as far as it goes

export class Controls {
  #down = new Set();
  #drag = null;
  #wheel = { push: 0, untilMs: 0 };
  #acts;

  /** canvas: the picture, to drag on; acts: what the other keys do, by name. */
  constructor(canvas, acts) {
    this.#acts = acts;
    this.#listenToKeys();
    this.#listenToPointer(canvas);
    addEventListener("blur", () => this.rest());
    document.addEventListener("visibilitychange", () => this.rest());
    addEventListener("gamepadconnected", () => (element("gamepad").hidden = false));
    addEventListener("gamepaddisconnected", () => (element("gamepad").hidden = true));
  }

  /** Do one of the acts that are not held. */
  act(name) {
    this.#acts[name]?.();
  }

  /** Let go of everything. */
  rest() {
    this.#down.clear();
    this.#drag = null;
    this.#wheel.push = 0;
  }

  /** What the hands ask for now. */
  read() {
    const now = { ...REST };
    for (const action of this.#down) {
      if (action === "hold") now.hold = true;
      else now[HELD[action][0]] += HELD[action][1];
    }
    if (this.#drag !== null) {
      now.bend_x += this.#drag.x;
      now.bend_y += this.#drag.y;
    }
    if (performance.now() < this.#wheel.untilMs) now.push += this.#wheel.push;
    readGamepad(now);
    for (const name of ["push", "bend_x", "bend_y", "roll"]) now[name] = clip(now[name], -1);
    for (const name of ["flush", "suction"]) now[name] = clip(now[name], 0);
    return now;
  }

  #listenToKeys() {
    const actions = new Map(Object.entries(setup.keys).flatMap(([action, names]) => names.map((name) => [name, action])));
    addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
      const action = actions.get(nameKey(event));
      const control = document.activeElement;
      if (action === undefined || (control?.matches(":focus-visible") && control.matches("button, a") && ["Space", "Enter"].includes(nameKey(event)))) return;
      event.preventDefault();
      if (action in HELD || action === "hold") this.#down.add(action);
      else if (!event.repeat) this.act(action);
    });
    addEventListener("keyup", (event) => this.#down.delete(actions.get(nameKey(event))));
  }

  #listenToPointer(canvas) {
    let from = null;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY };
      this.#drag = { x: 0, y: 0 };
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.#drag === null) return;
      const full = DRAG_FULL * canvas.clientWidth;
      this.#drag = { x: (event.clientX - from.x) / full, y: (event.clientY - from.y) / full };
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (this.#drag = null));
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.#wheel = { push: event.deltaY < 0 ? 1 : -1, untilMs: performance.now() + WHEEL_PUSH_MS };
    }, { passive: false });
  }
}

// The standard layout (W3C Gamepad): left stick bends, right stick pushes, shoulders roll, triggers suck and flush.
function readGamepad(now) {
  const pad = navigator.getGamepads().find((found) => found !== null);
  if (pad === undefined) return;
  const axis = (number) => (Math.abs(pad.axes[number] ?? 0) < DEAD_ZONE ? 0 : pad.axes[number]);
  const button = (number) => pad.buttons[number]?.value ?? 0;
  now.bend_x += axis(0);
  now.bend_y += axis(1);
  now.push -= axis(3);
  now.roll += button(5) - button(4);
  now.suction += button(6);
  now.flush += button(7);
  now.hold ||= button(0) > 0.5;
}

function nameKey({ key }) {
  if (key === " ") return "Space";
  return key.length === 1 ? key.toLowerCase() : key;
}

const clip = (value, low) => Math.min(Math.max(value, low), 1);
