// Nothing old may look live. This browser's own clock decides, whatever the reason for the silence.

const LIVE_FOR_MS = 500;
const CHECK_EVERY_MS = 50;
const FUSE_MS = 650;

export class Watchdog {
  #picture = null;
  #fuses;

  /** clock: a ServerClock; veils: the elements that cover a picture that is not live; onChange(isLive). */
  constructor(clock, veils, onChange) {
    this.clock = clock;
    this.onChange = onChange;
    this.isLive = null;
    // Should this script itself hang, the browser's animation still lights the veils: each picture sets it back.
    this.#fuses = veils.map((veil) =>
      veil.animate([{ opacity: 0 }, { opacity: 1 }], { delay: FUSE_MS, duration: 1, fill: "both" }),
    );
  }

  start() {
    this.check();
    setInterval(() => this.check(), CHECK_EVERY_MS);
    document.addEventListener("visibilitychange", () => this.check());
  }

  /** A picture has been painted. */
  painted(picture) {
    this.#picture = picture;
    this.check();
    if (this.isLive) this.#setFuses(this.ageMs());
  }

  /** How old the newest picture is, ms; null before the first. */
  ageMs(nowMs = performance.now()) {
    if (this.#picture === null) return null;
    // What the server's clock alone and our own clock alone can say: it is at least this old.
    const least = this.#picture.sentMs - this.#picture.arrivedMs + nowMs - this.#picture.receivedMs;
    const serverMs = this.clock.at(nowMs);
    // Between two clocks the offset can be misjudged, so it may only make a picture older.
    return serverMs === null ? least : Math.max(least, serverMs - this.#picture.arrivedMs);
  }

  check() {
    const age = this.ageMs();
    const isLive = age !== null && age <= LIVE_FOR_MS;
    if (isLive === this.isLive) return;
    this.isLive = isLive;
    if (!isLive) this.#setFuses(FUSE_MS + 1);
    this.onChange(isLive);
  }

  #setFuses(ageMs) {
    for (const fuse of this.#fuses) fuse.currentTime = ageMs;
  }
}
