// The live connection: pictures and status in, acknowledgements and wishes out.

import { readPicture } from "./wire.js";

const PING_EVERY_MS = 1000;
const FIRST_PINGS_MS = [0, 50, 100, 200, 400];
const RETRY_MS = 500;

export class Stream {
  #socket = null;
  #want;
  #newest = null;
  #isDecoding = false;

  /**
   * want: { picture, size_px }. clock: a ServerClock.
   * onPicture(bitmap, picture) owns the bitmap; onStatus(status); onFind(message); onConnection(isOpen).
   */
  constructor({ want, clock, onPicture, onStatus, onFind = () => {}, onConnection }) {
    this.#want = want;
    Object.assign(this, { clock, onPicture, onStatus, onFind, onConnection });
    this.#connect();
    setInterval(() => this.#ping(), PING_EVERY_MS);
  }

  /** Ask for another kind or side of picture. */
  want(change) {
    this.#want = { ...this.#want, ...change };
    this.#send({ type: "want", ...this.#want });
  }

  #connect() {
    const address = new URL("/ws/live", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#socket = socket;
      this.clock.reset();
      for (const wait of FIRST_PINGS_MS) setTimeout(() => this.#ping(), wait);
      this.want({});
      this.onConnection(true);
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.#read(JSON.parse(data));
      else this.#take(readPicture(data));
    };
    socket.onclose = () => {
      this.#socket = null;
      this.onConnection(false);
      setTimeout(() => this.#connect(), RETRY_MS);
    };
  }

  #read(message) {
    if (message.type === "pong") this.clock.observe(message.t, message.server_ms, performance.now());
    else if (message.type === "status") this.onStatus(message);
    else if (message.type.startsWith("find")) this.onFind(message);
  }

  // Newest wins here too: while one picture is decoded only the last of those that came meanwhile is kept.
  async #take(picture) {
    if (picture === null) return;
    picture.receivedMs = performance.now();
    this.#newest = picture;
    if (this.#isDecoding) return;
    this.#isDecoding = true;
    while (this.#newest !== null) {
      const next = this.#newest;
      this.#newest = null;
      try {
        this.onPicture(await createImageBitmap(next.jpeg), next);
      } catch (error) {
        console.error("A picture could not be decoded.", error);
      }
      this.#send({ type: "ack", sequence: next.sequence });
    }
    this.#isDecoding = false;
  }

  #ping() {
    this.#send({ type: "ping", t: performance.now() });
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
