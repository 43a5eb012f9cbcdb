// How the view is and where the tip is, on the picture itself: at once on the screen, and said aloud only when it lasts.

import { element, say, words } from "./setup.js";
import { writeBranch, writeDepth, writeOrigin } from "./find_words.js";

const SILENT_MS = 2000; // what nobody has looked at for so long is not shown as if it were now
const LASTS_MS = 700;

export class FindReading {
  #view = element("find-view");
  #place = element("find-place");
  #heardMs = 0;
  #lookMs = null; // the stream's time of the newest look
  #saying = { view: "", place: "" };
  #said = { view: "", place: "" };
  #sayAt = 0;

  constructor(announce) {
    this.announce = announce;
    this.isPictureFrozen = false;
    setInterval(() => this.#watch(), 250);
    this.#silence();
  }

  /** Show one message of the finder. */
  show({ t_ns, view, where }) {
    if (view === null) {
      this.#silence();
      return;
    }
    if (t_ns !== this.#lookMs) [this.#lookMs, this.#heardMs] = [t_ns, performance.now()];
    else if (performance.now() - this.#heardMs > SILENT_MS) return; // the same old look, told once more
    const isClear = view.word === "clear";
    const help = view.advice === "" ? "" : words(`find_help.${view.advice}`);
    this.#write(this.#view, isClear ? "clear" : view.word, words(`find_view.${view.word}`), help);
    if (where.lost !== null) this.#showLost(where);
    else this.#showPose(where);
    this.#plan("view", isClear ? words("find_view.clear") : [words(`find_view.${view.word}`), help].filter(Boolean).join(": "));
    this.#plan("place", where.lost === null ? "" : words("find.lost", { reason: words(`find_lost.${where.lost}`) }));
  }

  #showLost({ lost, depth }) {
    const shaft =
      depth === null || depth.origin === "visual"
        ? ""
        : words("find.shaft", { mm: depth.mm.toFixed(1), sigma: depth.sigma_mm.toFixed(1), origin: writeOrigin(depth) });
    const isBegin = lost === "not begun";
    const told = isBegin ? words("find.begin") : words("find.lost", { reason: words(`find_lost.${lost}`) });
    this.#write(this.#place, isBegin ? "begin" : "lost", told, shaft);
  }

  #showPose({ depth, travel_radii, roll_deg, roll_sigma_deg, branch }) {
    const roll = words("find.roll", { deg: roll_deg, sigma: roll_sigma_deg });
    if (depth === null) {
      const travel = words("find.travel", { radii: travel_radii.toFixed(1) });
      this.#write(this.#place, "unscaled", words("find.no_depth"), [travel, writeBranch(branch), roll].join(" · "));
      return;
    }
    const from = words("find.depth_from", { origin: writeOrigin(depth) });
    this.#write(this.#place, "pose", writeDepth(depth), [from, writeBranch(branch), roll].join(" · "));
  }

  #silence() {
    this.#lookMs = null;
    this.#write(this.#view, "", words("find.no_news"), "");
    this.#write(this.#place, "begin", words("find.no_news"), words("find.no_news_why"));
    this.#saying = { view: "", place: "" };
  }

  #write(target, state, strong, more) {
    if (target.dataset.state !== state) target.dataset.state = state;
    say(target.querySelector("strong"), this.isPictureFrozen && state !== "" ? words("find.of_now", { what: strong }) : strong);
    say(target.querySelector("span"), more);
  }

  #plan(what, sentence) {
    if (this.#saying[what] === sentence) return;
    this.#saying[what] = sentence;
    this.#sayAt = performance.now() + LASTS_MS;
  }

  #watch() {
    if (this.#lookMs !== null && performance.now() - this.#heardMs > SILENT_MS) this.#silence();
    if (performance.now() < this.#sayAt) return;
    for (const what of ["view", "place"]) {
      const sentence = this.#saying[what];
      if (sentence === this.#said[what]) continue;
      if (sentence !== "") this.announce(sentence);
      else if (what === "place" && this.#lookMs !== null) this.announce(words("find.said_found"));
      this.#said[what] = sentence;
    }
  }
}
