// Marking a finding: outline and scale on the picture, terms by single keys, place, and the size as the server measures it.

import { nameSuggestion, writeSuggestedSize } from "./find_words.js";
import { readOf } from "./room_face.js";
import { send, SendError } from "./send.js";
import { element, say, words } from "./setup.js";

export class FindingForm {
  #form = element("finding-form");
  #isKept = false; // the outline of an earlier mark stands
  #holding = null; // while it is not known yet what it is marked on

  /**
   * ink: an Ink. measurePath: where sizes are asked. hold(): make the picture stand still, resolves to what it was
   * marked on, e.g. { sequence }, or null.
   */
  constructor({ ink, measurePath, hold }) {
    Object.assign(this, { ink, measurePath, hold });
    element("draw-outline").addEventListener("click", () => this.draw("outline"));
    element("draw-tool").addEventListener("click", () => this.draw("tool"));
    element("clear-outline").addEventListener("click", () => this.#dropOutline());
    element("finding-new").addEventListener("click", () => this.begin());
    this.#form.addEventListener("change", (event) => event.target.name?.startsWith("finding.scale") && this.#measure());
    this.#form.addEventListener("submit", (event) => this.#wait(event));
    element("terms").addEventListener("keydown", (event) => this.#chooseByDigit(event));
    this.begin();
  }

  /** Begin a new finding. */
  begin() {
    this.#form.reset();
    this.#isKept = false;
    this.ink.clear();
    this.#put("letter", "");
    this.#put("source", "");
    if (this.#form.elements["finding.suggestion"]) this.#put("suggestion", "");
    say(element("finding-which"), words("room_finding.new_one"));
    this.#form.querySelector('[name="finding.scale.kind"][value=keep]').closest(".choice").hidden = true;
    this.#tell();
    say(element("size-said"), words("room_size.not_measured"));
    this.#form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Take an earlier finding up again, to change it. */
  change(finding) {
    this.begin();
    this.#isKept = finding.outline.length > 0;
    this.#put("letter", finding.letter);
    for (const [name, word] of Object.entries(finding.terms)) this.#put(`terms.${name}`, word);
    const { place } = finding;
    this.#put("place.orifice", place.orifice ?? "");
    this.#put("place.branch", place.branch);
    this.#put("place.depth_mm", place.depth?.mm ?? "");
    this.#put("place.read", readOf(place.depth));
    this.#put("place.image_clock", place.image_clock ?? "");
    this.#put("count", finding.count);
    this.#put("obstruction_percent", finding.obstruction_percent ?? "");
    this.#put("discharge_behind", finding.discharge_behind === null ? "" : String(finding.discharge_behind));
    this.#put("words", finding.words);
    this.#put("state", finding.state === "dismissed" ? "dismissed" : "confirmed");
    this.#form.querySelector('[name="finding.scale.kind"][value=keep]').closest(".choice").hidden = false;
    this.#put("scale.kind", "keep");
    say(element("finding-which"), words("room_finding.old_one", { letter: finding.letter }));
    this.#form.dispatchEvent(new Event("change", { bubbles: true }));
    this.#tell();
    say(element("size-said"), writeSize(finding.size));
  }

  /**
   * Take up a suggestion, to correct it on the picture that shows it best. judged: what the server needs to know it;
   * opening: the one that the scope is in, null when none is noted as entered.
   */
  correct(suggestion, judged, opening) {
    this.begin();
    this.#isKept = false;
    this.#put("suggestion", JSON.stringify(judged));
    for (const [name, { word }] of Object.entries(suggestion.terms)) this.#put(`terms.${name}`, word);
    this.#put("place.orifice", opening ?? "");
    this.#put("place.branch", suggestion.branch);
    this.#put("place.depth_mm", suggestion.depth === null ? "" : Math.round(suggestion.depth.mm));
    this.#put("place.read", "estimate");
    this.#form.querySelector('[name="finding.scale.kind"][value=keep]').closest(".choice").hidden = false;
    this.#put("scale.kind", "keep");
    say(element("finding-which"), words("find.correcting", { what: nameSuggestion(suggestion) }));
    this.#form.dispatchEvent(new Event("change", { bubbles: true }));
    this.ink.changeOutline(suggestion.outline_xy);
    this.#tell();
    say(element("size-said"), writeSuggestedSize(suggestion.size));
  }

  /** Draw on the picture: "outline" or "tool"; the keys are the ink's from this moment, the picture stands still soon. */
  async draw(mode) {
    if (mode === "outline") {
      this.#isKept = false;
      this.ink.drawOutline();
    } else {
      this.#put("scale.kind", "tool");
      this.#form.dispatchEvent(new Event("change", { bubbles: true }));
      this.ink.drawTool();
    }
    this.#tell();
    const holding = Promise.resolve(this.hold());
    this.#holding = holding;
    const source = await holding;
    if (this.#holding === holding) this.#holding = null;
    if (source === null) {
      this.ink.cancel();
      return;
    }
    // Outline and scale must lie in one picture: what was drawn on another one goes.
    const before = this.#form.elements["finding.source"].value;
    const now = JSON.stringify(source);
    if (before !== "" && before !== now) {
      if (mode === "tool") this.ink.outline = [];
      else this.ink.ends = null;
      this.ink.paint();
      this.#tell();
    }
    this.#put("source", now);
  }

  /** The ink has come to something: take it over, and go on to the words. */
  drawn(mode) {
    this.#tell();
    this.#measure();
    if (mode === "outline") this.#form.querySelector("#terms input").focus({ focusVisible: true });
    else this.#form.querySelector('[name="finding.scale.width_mm"]').focus({ focusVisible: true });
  }

  /** The outline was dragged a little: take it over, and stay at it. */
  dragged() {
    this.#tell();
    say(element("size-said"), words("find.size_anew"));
  }

  // Noted before the picture stood still: it is sent as soon as it does.
  #wait(event) {
    if (this.#holding === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.#holding.then(() => setTimeout(() => this.#form.requestSubmit()));
  }

  #dropOutline() {
    this.#isKept = false;
    this.ink.clear();
    this.#tell();
    this.#measure();
  }

  #tell() {
    const { outline, ends, mode } = this.ink;
    this.#put("outline", JSON.stringify(outline));
    this.#put("scale.ends", ends === null ? "" : JSON.stringify(ends));
    element("draw-outline").setAttribute("aria-pressed", String(mode === "outline"));
    element("draw-tool").setAttribute("aria-pressed", String(mode === "tool"));
    const said = outline.length ? "has_outline" : this.#isKept ? "kept_outline" : "no_outline";
    say(element("outline-said"), words(`room_finding.${said}`));
    say(element("draw-outline"), words(outline.length ? "room_finding.redraw" : "room_finding.draw"));
    say(element("tool-said"), words(ends === null ? "room_size.no_tool" : "room_size.has_tool"));
    const isCorrecting = (this.#form.elements["finding.suggestion"]?.value ?? "") !== "" && mode === "outline";
    const hint = isCorrecting ? "find.held" : { outline: "room_finding.drawing", tool: "room_finding.drawing_tool" }[mode];
    say(element("ink-hint"), hint === undefined ? "" : words(hint));
  }

  async #measure() {
    const value = (name) => this.#form.elements[`finding.${name}`]?.value ?? "";
    const number = (name) => (value(name) === "" ? null : Number(value(name)));
    const target = element("size-said");
    const kind = value("scale.kind");
    if (kind === "keep") return;
    const scale = { kind, reason: kind === "none" ? value("scale.reason") : "" };
    if (kind === "tool") Object.assign(scale, { width_mm: number("scale.width_mm"), ends: this.ink.ends });
    if (kind === "distance") {
      const medium = value("scale.medium");
      Object.assign(scale, { distance_mm: number("scale.distance_mm"), sigma_mm: number("scale.sigma_mm"), medium });
    }
    const isComplete = {
      none: true,
      tool: scale.width_mm && scale.ends !== null,
      distance: scale.distance_mm && scale.sigma_mm,
    }[kind];
    if (!isComplete) {
      say(target, words("room_size.incomplete"));
      return;
    }
    try {
      say(target, writeSize(await send(this.measurePath, { outline: this.ink.outline, scale })));
    } catch (error) {
      if (!(error instanceof SendError)) throw error;
      say(target, error.message);
    }
  }

  #chooseByDigit(event) {
    const group = event.target.closest(".term");
    if (group === null || !/^[0-9]$/.test(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const choices = [...group.querySelectorAll("input")];
    if (event.key === "0") for (const choice of choices) choice.checked = false;
    else if (choices[Number(event.key) - 1] === undefined) return;
    else choices[Number(event.key) - 1].checked = true;
    const groups = [...this.#form.querySelectorAll(".term")];
    const next = groups[groups.indexOf(group) + 1];
    const field = next?.querySelector("input:checked") ?? next?.querySelector("input") ?? this.#form.elements["finding.place.orifice"];
    field.focus({ focusVisible: true });
    field.closest("fieldset, .field").scrollIntoView({ block: "nearest" });
  }

  #put(name, value) {
    this.#form.elements[`finding.${name}`].value = value;
  }
}

/** A size in words: with its sigma, method and scale, or why there is none. */
export function writeSize(size) {
  if (size.value_mm === undefined) {
    const { reason } = size;
    return reason.startsWith(words("room_size.not_measured")) ? reason : words("room_size.not_measured_why", { reason });
  }
  const measured = words("room_size.measured", { value: size.value_mm.toPrecision(2), sigma: size.sigma_mm.toPrecision(1) });
  return `${measured} (${words("room_size.by", { method: size.method, scale: size.scale })})`;
}
