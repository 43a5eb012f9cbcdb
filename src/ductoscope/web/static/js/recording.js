// Recording: started and stopped here, timed by the server, counted on here between its words.

import { element, say, setup, words } from "./setup.js";
import { ActError, post } from "./post.js";
import { toast } from "./toast.js";

const TRUSTED_MS = 1500;

export class Recording {
  #now = null; // { name, seconds, bytes, toldMs }
  #isAsking = false;

  constructor() {
    setInterval(() => this.#showTime(), 250);
  }

  /** What the server says about the recording that runs, or null. */
  tell(recording) {
    if (this.#isAsking) return;
    this.#set(recording);
  }

  async toggle() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      if (this.#now === null) {
        const { name } = await post(`${setup.acts}/record/start`);
        this.#set({ name, seconds: 0, bytes: 0 });
        toast(words("acts.recording_started"));
      } else {
        const { name } = this.#now;
        await post(`${setup.acts}/record/stop`);
        this.#set(null);
        toast(words("acts.recording_stopped", { name }));
      }
    } catch (error) {
      if (!(error instanceof ActError)) throw error;
      toast(error.message, true);
    } finally {
      this.#isAsking = false;
    }
  }

  #set(recording) {
    this.#now = recording && { ...recording, toldMs: performance.now() };
    const isRunning = recording !== null;
    document.body.classList.toggle("is-recording", isRunning);
    element("recording-badge").hidden = !isRunning;
    const button = element("record");
    button.querySelector("use").setAttribute("href", `#icon-${isRunning ? "stop" : "record"}`);
    say(button.querySelector("span"), words(isRunning ? "tools.stop" : "tools.record"));
    say(element("record-size"), isRunning ? writeBytes(recording.bytes) : "");
    this.#showTime();
  }

  #showTime() {
    if (this.#now === null) return;
    // Counting on without word from the server would claim what nobody knows.
    const since = Math.min(performance.now() - this.#now.toldMs, TRUSTED_MS);
    const seconds = this.#now.seconds + since / 1000;
    say(element("recording-time"), writeTime(seconds));
  }
}

/** 75 -> "1:15". */
export function writeTime(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** 12345678 -> "12.3 MB". */
export function writeBytes(bytes) {
  const [size, unit] = bytes >= 1e9 ? [bytes / 1e9, "GB"] : [bytes / 1e6, "MB"];
  return `${size.toFixed(size < 100 ? 1 : 0)} ${unit}`;
}
