// The finder on this screen: joins the readings, the map, the list and the outlines, and what a person does with them.

import { FindList } from "./find_list.js";
import { FindMap } from "./find_map.js";
import { FindOutlines } from "./find_outlines.js";
import { FindReading } from "./find_reading.js";
import { nameSuggestion } from "./find_words.js";
import { ActError, post } from "./post.js";
import { element, say, setup, words } from "./setup.js";
import { toast } from "./toast.js";

const ONCE_MORE_MS = 4000;

export class FindScreen {
  #isOver = false;
  #asked = { act: null, id: null, ms: 0 }; // the first of the two keystrokes
  #hints = true;

  constructor() {
    this.reading = new FindReading((sentence) => say(element("find-said"), sentence));
    this.map = new FindMap();
    this.outlines = new FindOutlines();
    this.list = new FindList((act, one) => this.#judge(act, one));
    /** What the page around does: correct(suggestion, search), onJudged(answer), onCourse(course). */
    this.correct = null;
    this.onJudged = () => {};
    this.onCourse = () => {};
    this.acts = {
      next: () => this.#next(),
      confirm: () => this.#ask("confirm"),
      dismiss: () => this.#ask("dismiss"),
      correct: () => this.#act("correct"),
      hints: () => this.#do("hints", { are_on: !this.#hints }),
      graduation: () => this.#askGraduation(),
      zero: () => this.#do("zero", {}, words("find.zero_noted")),
    };
    element("find-new-map").addEventListener("click", () => element("new-map-dialog").showModal());
    element("new-map-yes").addEventListener("click", () => {
      element("new-map-dialog").close();
      this.#do("map", {}, words("find.new_map_done"));
    });
    element("graduation-form").addEventListener("submit", (event) => this.#noteGraduation(event));
  }

  /** Take a message of the finder. */
  tell(message) {
    if (this.#isOver) return;
    if (message.type === "find_map") {
      this.map.show(message);
      this.list.showStudies(message.studies);
      this.onCourse(message.course);
      return;
    }
    this.#hints = message.hints;
    this.reading.show(message);
    for (const one of this.list.show(message)) {
      if (one.judged === null) say(element("find-said"), words("find.said_suggestion", { what: nameSuggestion(one) }));
    }
    this.outlines.show(message, this.list.pinned);
    this.#showState(message);
  }

  /** The picture is looked at through this window. */
  look(window) {
    this.outlines.look(window);
  }

  /** The picture stands still, or goes on; what is said of the tip is of now in any case. */
  tellFreeze(isFrozen) {
    this.outlines.hide(isFrozen);
    this.reading.isPictureFrozen = isFrozen;
  }

  /** Say whether what is seen is simulated. */
  tellSimulated(isSimulated) {
    element("find-simulated").hidden = !isSimulated;
  }

  /** The patient has left: nothing of what was found is shown any more. */
  clear() {
    this.tell({ type: "find", search: -1, t_ns: null, view: null, where: null, suggestions: [], hints: false, eye: "", looks_per_s: 0, skipped: 0 });
    this.tell({ type: "find_map", map: 0, svg: "", walls: [], studies: {}, course: null });
    say(element("find-said"), "");
    this.#isOver = true;
  }

  #showState({ hints, suggestions, eye, looks_per_s, skipped }) {
    const button = element("find-hints");
    button.setAttribute("aria-pressed", String(hints));
    say(button.firstChild, words(hints ? "find.hints_hide" : "find.hints_show"));
    const none = element("find-none");
    none.hidden = hints && suggestions.length > 0;
    say(none, hints ? words("find.none") : words("find.hints_off", { key: (setup.keys.hints?.[0] ?? "").toUpperCase() }));
    const looks = [eye && words("find.looks", { eye, looks: looks_per_s.toFixed(0) }), skipped && words("find.skipped", { skipped })];
    say(element("find-looks"), looks.filter(Boolean).join(", "));
  }

  #next() {
    const one = this.list.pinNext();
    toast(one === null ? words("find.nothing_to_judge") : nameSuggestion(one));
  }

  // Two keystrokes: the first says which, the second does it.
  #ask(act) {
    const one = this.list.chosen ?? this.list.open[0];
    if (one === undefined) {
      toast(words("find.nothing_to_judge"));
      return;
    }
    const now = performance.now();
    const isSecond = this.#asked.act === act && this.#asked.id === one.id && now - this.#asked.ms < ONCE_MORE_MS;
    this.list.pin(one.id);
    if (!isSecond) {
      this.#asked = { act, id: one.id, ms: now };
      toast(words(`find.${act}_again`, { key: setup.keys[act][0], what: nameSuggestion(one) }));
      return;
    }
    this.#asked = { act: null, id: null, ms: 0 };
    this.#judge(act, one);
  }

  #act(act) {
    const one = this.list.chosen ?? this.list.open[0];
    if (one === undefined) toast(words("find.nothing_to_judge"));
    else this.#judge(act, one);
  }

  async #judge(act, one) {
    if (act === "correct") {
      if (this.correct === null) toast(words("find.correct_in_room"));
      else await this.correct(one, this.list.search);
      return;
    }
    const judged = act === "dismiss" ? "dismissed" : "confirmed";
    const answer = await this.#do("judge", { suggestion: one.id, search: this.list.search, judged });
    if (answer === null) return;
    const letter = answer.finding?.letter;
    if (letter === undefined) toast(words(`find.${judged}`, { what: nameSuggestion(one) }));
    else toast(words(`find.${judged}_as`, { letter }));
    this.onJudged(answer);
  }

  async #do(act, wish, done = "") {
    try {
      const answer = await post(`${setup.acts}/find/${act}`, wish);
      if (done) toast(done);
      return answer;
    } catch (error) {
      if (!(error instanceof ActError)) throw error;
      toast(error.message, true);
      return null;
    }
  }

  #askGraduation() {
    element("graduation-form").reset();
    element("graduation-dialog").showModal();
    element("graduation-mm").focus();
  }

  #noteGraduation(event) {
    event.preventDefault();
    const mm = Number(element("graduation-mm").value);
    element("graduation-dialog").close();
    this.#do("graduation", { mm }, words("find.graduation_noted", { mm }));
  }
}
