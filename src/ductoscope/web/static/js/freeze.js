// Freezing: the large picture stands still, a small one stays live.

import { element, say, setup, words } from "./setup.js";
import { ActError, post } from "./post.js";
import { toast } from "./toast.js";

export class Freeze {
  #sharper = null; // the server's answer: the same moment, from several frames where they agree

  /** large, small: Painters. shown(): the picture that was painted last. kind(): "restored" or "raw". */
  constructor({ large, small, shown, kind, onChange }) {
    Object.assign(this, { large, small, shown, kind, onChange });
    this.isFrozen = false;
    this.moment = 0;
  }

  /** The sequence number of the picture that is looked at; null before the first. */
  get sequence() {
    if (this.isFrozen && this.#sharper !== null) return this.#sharper.sequence;
    return (this.isFrozen ? this.held : this.shown())?.sequence ?? null;
  }

  toggle() {
    if (this.isFrozen) this.thaw();
    else this.freeze();
  }

  async freeze() {
    if (this.shown() === null) return;
    this.held = this.shown();
    this.#set(true);
    const moment = ++this.moment;
    try {
      const sharper = await post(`${setup.acts}/freeze`);
      if (moment !== this.moment) return;
      this.#sharper = sharper;
    } catch (error) {
      if (!(error instanceof ActError)) throw error;
      toast(words("acts.freeze_failed"), true);
      return;
    }
    await this.showSharper();
  }

  /** Look quietly at a picture that the workstation holds: the server's answer about it. */
  async hold(held) {
    if (this.shown() === null) return;
    this.held = held;
    this.moment++;
    this.#sharper = held;
    this.#set(true);
    await this.showSharper();
  }

  thaw() {
    this.moment++;
    this.#sharper = null;
    this.#set(false);
  }

  /** Fetch the frozen picture without loss, in the kind that is wanted now. */
  async showSharper() {
    const [moment, sharper, kind] = [this.moment, this.#sharper, this.kind()];
    if (sharper === null) return;
    const answer = await fetch(`/api/frozen/${sharper.sequence}?picture=${kind}`).catch(() => null);
    if (!answer?.ok) {
      toast(words("acts.freeze_failed"), true);
      return;
    }
    const bitmap = await createImageBitmap(await answer.blob());
    if (moment !== this.moment || kind !== this.kind()) {
      bitmap.close();
      return;
    }
    this.large.show(bitmap);
    this.#sayHow(kind === "restored" ? sharper.lineage : []);
  }

  #sayHow(lineage) {
    const frames = lineage.map((step) => /^super-resolve (\d+)/.exec(step)?.[1]).find(Boolean);
    const how = element("frozen-how");
    say(how, frames === undefined ? words("badge.frozen_one") : words("badge.frozen_many", { frames }));
    how.hidden = false;
  }

  #set(isFrozen) {
    this.isFrozen = isFrozen;
    document.body.classList.toggle("is-frozen", isFrozen);
    const button = element("freeze");
    button.querySelector("use").setAttribute("href", `#icon-${isFrozen ? "live" : "freeze"}`);
    say(button.querySelector("span"), words(isFrozen ? "tools.unfreeze" : "tools.freeze"));
    element("frozen-badge").hidden = !isFrozen;
    element("inset").hidden = !isFrozen;
    if (!isFrozen) element("frozen-how").hidden = true;
    this.onChange();
  }
}
