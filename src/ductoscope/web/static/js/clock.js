// The server's clock as seen from this browser, so that a picture's age is right on another machine too.

const SAMPLES = 12;

export class ServerClock {
  #samples = [];

  /** Learn from one ping: when it left, what the server's clock said, when the answer came (all ms). */
  observe(sentMs, serverMs, receivedMs) {
    this.#samples.push({ trip: receivedMs - sentMs, offset: serverMs - (sentMs + receivedMs) / 2 });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  /** Forget everything: another server's clock has nothing to do with this one's. */
  reset() {
    this.#samples = [];
  }

  /** The server's clock at our time `nowMs`; null before the first answer. */
  at(nowMs) {
    if (this.#samples.length === 0) return null;
    // The quickest trip says most: its offset is wrong by half the trip at most (Cristian 1989).
    const best = this.#samples.reduce((a, b) => (b.trip < a.trip ? b : a));
    return nowMs + best.offset;
  }
}
