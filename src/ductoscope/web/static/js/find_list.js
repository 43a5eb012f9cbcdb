// The list of suggestions: place, size, terms, what studies found; one of them is pinned for the keys.

import { nameSuggestion, writePlace, writeStudy, writeSuggestedSize, writeTerms } from "./find_words.js";
import { element, say, words } from "./setup.js";

export class FindList {
  #list = element("find-list");
  #items = new Map(); // id to its parts
  #told = [];
  #studies = {};
  #search = 0;

  /** onAct(act, suggestion): a button of one was pressed. */
  constructor(onAct) {
    this.onAct = onAct;
    this.pinned = null;
    this.#list.addEventListener("click", ({ target }) => {
      const item = target.closest("li");
      if (item === null) return;
      const one = this.#told.find((each) => each.id === Number(item.dataset.id));
      if (one === undefined) return;
      const act = target.closest("[data-act]")?.dataset.act;
      if (act === undefined && target.closest("details") !== null) return;
      this.pin(one.id);
      if (act !== undefined) this.onAct(act, one);
    });
  }

  /** The suggestion that the keys judge; null when none waits. */
  get chosen() {
    return this.#told.find((one) => one.id === this.pinned && one.judged === null) ?? null;
  }

  /** Those that wait for a word, the one seen last first. */
  get open() {
    return this.#told.filter((one) => one.judged === null).sort((a, b) => b.last_t_ns - a.last_t_ns || a.id - b.id);
  }

  /** Pin one, so that the keys mean it. */
  pin(id) {
    this.pinned = id;
    this.#paint();
    this.#items.get(id)?.item.scrollIntoView({ block: "nearest" });
  }

  /** Pin the next that waits; returns it. */
  pinNext() {
    const open = this.open;
    if (open.length === 0) return null;
    const next = open[(open.findIndex((one) => one.id === this.pinned) + 1) % open.length];
    this.pin(next.id);
    return next;
  }

  /** Show the suggestions of one message; returns those that are new. */
  show({ search, suggestions }) {
    if (search !== this.#search) {
      this.#search = search;
      this.pinned = null;
      this.#items.clear();
      this.#list.replaceChildren();
    }
    const fresh = suggestions.filter((one) => !this.#items.has(one.id));
    this.#told = suggestions;
    this.#paint();
    return fresh;
  }

  get search() {
    return this.#search;
  }

  /** What published studies found, by suggestion. */
  showStudies(studies) {
    this.#studies = studies;
    for (const [id, parts] of this.#items) this.#fillStudies(id, parts);
  }

  #paint() {
    const kept = new Set(this.#told.map((one) => one.id));
    for (const [id, { item }] of this.#items) {
      if (kept.has(id)) continue;
      item.remove();
      this.#items.delete(id);
    }
    for (const one of this.#told) {
      let parts = this.#items.get(one.id);
      if (parts === undefined) {
        parts = makeItem(one.id);
        this.#items.set(one.id, parts);
        this.#list.prepend(parts.item);
        this.#fillStudies(one.id, parts);
      }
      fill(parts, one, one.id === this.pinned);
    }
  }

  #fillStudies(id, { studies }) {
    const found = (this.#studies[id] ?? []).map(writeStudy);
    const key = JSON.stringify(found);
    if (studies.dataset.key === key) return;
    studies.dataset.key = key;
    studies.hidden = found.length === 0;
    studies.querySelector("ul").replaceChildren(
      ...found.map(({ says, from }) => {
        const line = document.createElement("li");
        const source = document.createElement("small");
        line.textContent = says;
        source.textContent = from;
        line.append(source);
        return line;
      }),
    );
  }
}

function makeItem(id) {
  const make = (name, className = "") => Object.assign(document.createElement(name), { className });
  const item = make("li");
  item.dataset.id = id;
  const head = make("p", "find-head");
  const parts = { item, number: make("b"), shows: make("strong"), seen: make("span", "find-now"), place: make("p"), size: make("p", "find-size") };
  parts.number.textContent = String(id);
  head.append(parts.number, parts.shows, parts.seen);
  parts.terms = make("p", "find-terms");
  parts.studies = make("details", "find-studies");
  const summary = make("summary");
  summary.textContent = words("find.studies");
  parts.studies.append(summary, make("ul"));
  parts.buttons = make("p", "find-buttons");
  for (const act of ["confirm", "correct", "dismiss"]) {
    const button = make("button", "tool small");
    button.type = "button";
    button.dataset.act = act;
    button.textContent = words(`find.${act}`);
    parts.buttons.append(button);
  }
  item.append(head, parts.place, parts.size, parts.terms, parts.studies, parts.buttons);
  return parts;
}

function fill(parts, one, isPinned) {
  const { item } = parts;
  const state = one.judged ?? (isPinned ? "pinned" : "open");
  if (item.dataset.state !== state) item.dataset.state = state;
  item.classList.toggle("is-in-view", one.now_xy.length > 0);
  item.setAttribute("aria-label", nameSuggestion(one));
  say(parts.shows, words(`find_shows.${one.shows}`));
  say(parts.seen, one.judged === null ? "" : words(`find_judged.${one.judged}`));
  say(parts.place, writePlace(one));
  say(parts.size, writeSuggestedSize(one.size));
  parts.size.classList.toggle("quiet", one.size.reason !== undefined);
  parts.size.title = one.size.reason === undefined ? `${one.size.method}; ${one.size.scale}` : "";
  const terms = writeTerms(one.terms).join(" · ");
  say(parts.terms, terms);
  parts.buttons.hidden = one.judged !== null;
}
