// What the examination's record says, fetched when the server says that it has grown; every screen shows the same.

import { setup } from "./setup.js";

const RESYNC_MS = 60_000; // the clocks of two machines drift apart, and a session in use must not fall asleep

export class RoomState {
  #listeners = [];
  #isFetching = false;
  #wanted = 0;

  constructor() {
    this.now = null;
    this.isClosed = false;
    this.offsetMs = 0;
    setInterval(() => this.fetch(), RESYNC_MS);
  }

  /** Call listener(state) with everything known, now and whenever it changes. */
  listen(listener) {
    this.#listeners.push(listener);
    if (this.now !== null) listener(this.now);
  }

  /** The server's newest entry about this examination has this number. */
  tell(number) {
    this.#wanted = Math.max(this.#wanted, number);
    if (this.now === null || number > this.now.number) this.fetch();
  }

  /** The server's wall clock, ms. */
  serverMs() {
    return Date.now() + this.offsetMs;
  }

  async fetch() {
    if (this.#isFetching || this.isClosed) return;
    this.#isFetching = true;
    try {
      const asked = Date.now();
      const answer = await fetch(`${setup.acts}/state`);
      if (!answer.ok) return;
      const state = await answer.json();
      if (this.isClosed) return; // it is of somebody who has left meanwhile
      this.offsetMs = Date.parse(state.now_utc) - (asked + Date.now()) / 2;
      this.now = state;
      for (const listener of this.#listeners) listener(state);
    } catch {
      // no connection: the status of the live picture says so already, and tries again
    } finally {
      this.#isFetching = false;
    }
    if (this.now !== null && this.#wanted > this.now.number) setTimeout(() => this.fetch(), 200);
  }

  /** The patient has left: forget everything, and ask for nothing more. */
  close() {
    this.isClosed = true;
    this.now = null;
    this.#listeners = [];
  }
}
