// One recording at a time: any picture of it, made by the server when it is asked for; the newest wish wins.

import { element, say, words } from "./setup.js";

const THUMBS = 12;
const MEMORY = "ductoscope-review";

export class Player {
  #reel = 0;
  #frame = 0;
  #shown = null;
  #isFetching = false;
  #playing = null;

  constructor(api, reels) {
    Object.assign(this, { api, reels, onMove: () => {}, acts: {}, sourceFrame: null });
    for (const button of document.querySelectorAll("[data-reel]")) {
      button.addEventListener("click", () => this.go(Number(button.dataset.reel), 0));
    }
    for (const button of document.querySelectorAll("[data-move]")) {
      button.addEventListener("click", () => this.#move(button.dataset.move));
    }
    element("slider").addEventListener("input", ({ target }) => this.go(this.#reel, Number(target.value)));
    element("play").addEventListener("click", () => this.toggle());
    addEventListener("keydown", (event) => this.#key(event));
    const kept = JSON.parse(sessionStorage.getItem(MEMORY) ?? "null");
    sessionStorage.removeItem(MEMORY);
    const first = reels.findIndex((reel) => reel.frames > 0 && !reel.why) + 1;
    if (kept && reels[kept.recording - 1]?.frames > kept.frame) this.go(kept.recording, kept.frame);
    else this.go(first, 0);
  }

  /** Stop, and say which picture stands there. */
  hold() {
    this.pause();
    return { recording: this.#reel, frame: this.#frame };
  }

  /** Come back to this picture when the page is loaded anew. */
  remember() {
    sessionStorage.setItem(MEMORY, JSON.stringify(this.hold()));
  }

  /** Show a picture of a recording. */
  go(reel, frame) {
    if (reel !== this.#reel) this.#open(reel);
    this.#frame = Math.min(Math.max(frame, 0), this.reels[reel - 1].frames - 1);
    this.#tell();
    this.#fetch();
  }

  toggle() {
    if (this.#playing !== null) this.pause();
    else this.#play();
  }

  pause() {
    clearInterval(this.#playing);
    this.#playing = null;
    element("play").setAttribute("aria-pressed", "false");
    say(element("play"), words("review.play"));
  }

  get #perSecond() {
    const { frames, seconds } = this.reels[this.#reel - 1];
    return seconds > 0 ? Math.max(1, (frames - 1) / seconds) : 25;
  }

  #play() {
    const start = { ms: performance.now(), frame: this.#frame };
    const last = this.reels[this.#reel - 1].frames - 1;
    if (start.frame === last) start.frame = 0;
    element("play").setAttribute("aria-pressed", "true");
    say(element("play"), words("review.pause"));
    this.#playing = setInterval(() => {
      const frame = start.frame + Math.round(((performance.now() - start.ms) / 1000) * this.#perSecond);
      this.go(this.#reel, Math.min(frame, last));
      if (frame >= last) this.pause();
    }, 40);
  }

  #move(how) {
    this.pause();
    const step = how.endsWith("second") ? Math.round(this.#perSecond) : 1;
    this.go(this.#reel, this.#frame + (how.startsWith("-") ? -step : step));
  }

  #open(reel) {
    this.pause();
    this.#reel = reel;
    for (const button of document.querySelectorAll("[data-reel]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.reel) === reel));
    }
    const { frames } = this.reels[reel - 1];
    element("slider").max = frames - 1;
    const count = Math.min(THUMBS, frames);
    element("thumbs").replaceChildren(
      ...Array.from({ length: count }, (_, at) => this.#thumb(count === 1 ? 0 : Math.round((at / (count - 1)) * (frames - 1)))),
    );
  }

  #thumb(frame) {
    const reel = this.#reel;
    const item = document.createElement("li");
    const button = document.createElement("button");
    const picture = new Image();
    Object.assign(picture, { src: `${this.api}/review/${reel}/frames/${frame}?is_small=true`, alt: "", loading: "lazy" });
    button.type = "button";
    button.setAttribute("aria-label", this.#name(frame));
    button.append(picture);
    button.addEventListener("click", () => this.go(reel, frame));
    item.append(button);
    return item;
  }

  #name(frame) {
    const { frames } = this.reels[this.#reel - 1];
    const seconds = frame / this.#perSecond;
    const time = `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(2).padStart(5, "0")}`;
    return words("review.picture_of", { frame: frame + 1, frames, time });
  }

  #tell() {
    const slider = element("slider");
    slider.value = this.#frame;
    slider.setAttribute("aria-valuetext", this.#name(this.#frame));
    say(element("where"), this.#name(this.#frame));
  }

  async #fetch() {
    if (this.#isFetching) return;
    this.#isFetching = true;
    try {
      while (this.#shown !== `${this.#reel}/${this.#frame}`) {
        const wanted = [this.#reel, this.#frame];
        this.#shown = wanted.join("/");
        await this.#show(...wanted);
      }
    } finally {
      this.#isFetching = false;
    }
  }

  async #show(reel, frame) {
    const picture = element("picture");
    const answer = await fetch(`${this.api}/review/${reel}/frames/${frame}`).catch(() => null);
    say(element("picture-loading"), "");
    if (!answer?.ok) {
      const told = await answer?.json().catch(() => null);
      say(element("picture-wrong"), `${words("review.broken")} ${told?.error ?? ""}`);
      picture.hidden = true;
      this.pause();
      return;
    }
    say(element("picture-wrong"), "");
    this.sourceFrame = Number(answer.headers.get("X-Frame"));
    const before = picture.src;
    picture.src = URL.createObjectURL(await answer.blob());
    await picture.decode().catch(() => {});
    if (before.startsWith("blob:")) URL.revokeObjectURL(before);
    picture.hidden = false;
    this.onMove();
  }

  #key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select, summary") && event.target.id !== "slider") return;
    const isOnButton = event.target.matches("button, a[href]");
    const how = { ArrowLeft: "-", ArrowRight: "" }[event.key];
    if (how !== undefined) this.#move(`${how}${event.shiftKey ? "second" : "frame"}`);
    else if (event.key === " " && !isOnButton) this.toggle();
    else if (this.acts[event.key.toLowerCase()] !== undefined) this.acts[event.key.toLowerCase()]();
    else return;
    event.preventDefault();
  }
}
