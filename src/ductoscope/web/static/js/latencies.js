// When pictures reached the screen, for the benchmark: the last few thousand, as window.ductoscope.latencies().

const KEPT = 4096;

export class Latencies {
  #rows = [];

  /** Note a picture once the browser is about to put the painted canvas on the screen. */
  note(picture, clock) {
    requestAnimationFrame(() => {
      const paintedMs = clock.at(performance.now());
      if (paintedMs === null) return;
      this.#rows.push({
        sequence: picture.sequence,
        sourceMs: picture.sourceMs,
        arrivedMs: picture.arrivedMs,
        sentMs: picture.sentMs,
        receivedMs: clock.at(picture.receivedMs),
        drawnMs: clock.at(picture.drawnMs),
        paintedMs,
      });
      if (this.#rows.length > KEPT) this.#rows.shift();
    });
  }

  /** Hand out what was noted and begin anew. */
  take() {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }
}
