// The nipple as a clock face: touch it or move the hand with the arrow keys; noted openings stand on it.

import { draw, write } from "./svg.js";
import { element, say, words } from "./setup.js";

const STEP_H = 0.5;
const RADIUS = { central: 20, peripheral: 38 };

export class Face {
  #svg = element("face");
  #hour = 12;
  #number = null;

  /** form: of the opening; onEnter(): Enter was pressed on the face. */
  constructor(form, state) {
    this.form = form;
    this.state = state;
    this.#svg.addEventListener("pointerdown", (event) => this.#point(event));
    this.#svg.addEventListener("keydown", (event) => this.#turn(event));
    element("opening-new").addEventListener("click", () => this.begin());
    form.addEventListener("change", () => this.#paint());
    state.listen(() => this.#paint());
    this.#paint();
  }

  /** Begin a new opening. */
  begin() {
    this.form.reset();
    this.#take(null, this.#hour);
  }

  /** Take a noted opening up again, to change it. */
  change(opening) {
    this.form.reset();
    const fields = this.form.elements;
    const set = (name, value) => {
      const field = fields[`opening.${name}`];
      if (field.type === "checkbox") field.checked = value;
      else field.value = value ?? "";
    };
    for (const name of ["ring", "discharge", "dilated_to_mm", "distance_mm", "is_cannulated", "why_not", "stopped_by"]) {
      set(name, opening[name]);
    }
    set("deepest_mm", opening.deepest?.mm);
    set("read", readOf(opening.deepest));
    set("branches_entered", opening.branches_entered.join(", "));
    set("branches_not_entered", opening.branches_not_entered.join(", "));
    this.#take(opening.number, opening.clock);
  }

  #take(number, hour) {
    this.#number = number;
    this.#hour = hour;
    this.#paint();
  }

  #point(event) {
    const box = this.#svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 120 - 60;
    const y = ((event.clientY - box.top) / box.height) * 120 - 60;
    const turn = (Math.atan2(x, -y) / (2 * Math.PI)) * 12;
    this.#set(Math.round(turn / STEP_H) * STEP_H);
    const ring = Math.hypot(x, y) < 29 ? "central" : "peripheral";
    this.form.elements["opening.ring"].value = ring;
    this.#paint();
    event.preventDefault();
    this.#svg.focus();
  }

  #turn(event) {
    const step = { ArrowRight: STEP_H, ArrowDown: STEP_H, ArrowLeft: -STEP_H, ArrowUp: -STEP_H }[event.key];
    if (step !== undefined) this.#set(this.#hour + step);
    else if (event.key === "Home") this.#set(12);
    else if (event.key === "Enter") this.form.requestSubmit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #set(hour) {
    const wrapped = ((hour % 12) + 12) % 12;
    this.#hour = wrapped === 0 ? 12 : wrapped;
    this.#paint();
  }

  #paint() {
    const fields = this.form.elements;
    fields["opening.number"].value = this.#number ?? "";
    fields["opening.clock"].value = this.#hour;
    const svg = this.#svg;
    svg.setAttribute("aria-valuenow", this.#hour);
    svg.setAttribute("aria-valuetext", words("room_opening.clock_value", { hour: writeHour(this.#hour) }));
    say(
      element("opening-which"),
      this.#number === null
        ? words("room_opening.new_one", { hour: writeHour(this.#hour) })
        : words("room_opening.old_one", { number: this.#number }),
    );
    const parts = [draw("circle", { r: 47, class: "areola" }), draw("circle", { r: 29, class: "skin" })];
    for (let hour = 1; hour <= 12; hour++) {
      const [x, y] = place(hour, 53);
      parts.push(write(String(hour), x, y + 2.4, "middle"));
    }
    const ring = RADIUS[fields["opening.ring"].value] ?? RADIUS.central;
    const [handX, handY] = place(this.#hour, ring);
    parts.push(draw("line", { x1: 0, y1: 0, x2: handX, y2: handY, class: "hand" }));
    parts.push(draw("circle", { cx: handX, cy: handY, r: 5.4, class: "hand-end" }));
    for (const opening of Object.values(this.state.now?.orifices ?? {})) {
      const [x, y] = place(opening.clock, RADIUS[opening.ring]);
      parts.push(draw("circle", { cx: x, cy: y, r: 4.4, class: opening.is_cannulated ? "opening entered" : "opening" }));
      const label = write(String(opening.number), x, y + 1.9, "middle");
      label.setAttribute("class", "number");
      parts.push(label);
    }
    svg.replaceChildren(...parts);
  }
}

function place(hour, radius) {
  const turn = (hour / 12) * 2 * Math.PI;
  return [radius * Math.sin(turn), -radius * Math.cos(turn)];
}

/** 12.5 -> "12:30". */
export function writeHour(hour) {
  const whole = Math.floor(hour) || 12;
  return hour % 1 ? `${whole}:${String(Math.round((hour % 1) * 60)).padStart(2, "0")}` : String(whole);
}

/** What a depth was read off, told from its sigma. */
export function readOf(depth) {
  if (depth === null || depth === undefined) return "5";
  if (depth.origin !== "graduation") return "estimate";
  return depth.sigma_mm < 0.5 ? "1" : depth.sigma_mm < 2 ? "5" : "10";
}
