// The connection of practise mode: controls out while somebody drives, the attempt's state in.

const SEND_EVERY_MS = 40;
const RETRY_MS = 500;

export class PracticeLink {
  #socket = null;
  #last = "";
  #lastMs = 0;

  /** read() gives what to send, or null while nobody drives; onState(state). */
  constructor({ read, onState }) {
    Object.assign(this, { read, onState });
    this.#connect();
    setInterval(() => this.#send(), SEND_EVERY_MS);
  }

  #connect() {
    const address = new URL("/ws/practice", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    socket.onopen = () => (this.#socket = socket);
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "practice") this.onState(message);
    };
    socket.onclose = () => {
      this.#socket = null;
      setTimeout(() => this.#connect(), RETRY_MS);
    };
  }

  #send() {
    const wish = this.read();
    if (wish === null || this.#socket?.readyState !== WebSocket.OPEN) return;
    const text = JSON.stringify(wish);
    // The scope rests when it hears nothing, so even unchanged controls are said again now and then.
    if (text === this.#last && performance.now() - this.#lastMs < 200) return;
    this.#last = text;
    this.#lastMs = performance.now();
    this.#socket.send(text);
  }
}
