// The room's clocks: started and stopped in the record, counted on here by the server's time.

import { element, say, setup, words } from "./setup.js";
import { send, SendError } from "./send.js";
import { toast } from "./toast.js";

export class Clocks {
  constructor(state) {
    this.state = state;
    for (const card of document.querySelectorAll("#clocks .clock")) {
      card.querySelector("button").addEventListener("click", () => this.#toggle(card.dataset.timer));
    }
    state.listen(() => this.show());
    setInterval(() => this.show(), 500);
  }

  show() {
    const now = this.state.now;
    if (now === null) return;
    const running = [];
    let isOver = false;
    for (const card of document.querySelectorAll("#clocks .clock")) {
      const timer = card.dataset.timer;
      const told = this.#tell(now.timers[timer], now.minutes[timer]);
      card.dataset.state = told.state;
      say(card.querySelector(".time"), told.time);
      say(card.querySelector(".how"), told.how);
      const isRunning = told.state === "running" || told.state === "over";
      const act = isRunning ? "stop" : told.state === "idle" ? "start" : "again";
      const button = card.querySelector("button");
      say(button, words(`room_clock.${act}`));
      button.setAttribute("aria-label", `${words(`room_clock.${act}`)}: ${words(`room_timer.${timer}`)}`);
      if (isRunning) running.push({ timer, ...told });
      isOver ||= told.state === "over";
    }
    this.#showRunning(running);
    const count = element("count-clocks");
    say(count, isOver ? "!" : running.length ? String(running.length) : "");
    count.classList.toggle("wrong", isOver);
  }

  #tell(timer, planned) {
    if (timer === undefined) return { state: "idle", time: writeMinutes(planned * 60), how: words("room_clock.idle") };
    const end = timer.stopped_utc === null ? this.state.serverMs() : Date.parse(timer.stopped_utc);
    const passed = Math.max(0, (end - Date.parse(timer.started_utc)) / 1000);
    if (timer.stopped_utc !== null) {
      return { state: "stopped", time: writeMinutes(passed), how: words("room_clock.stopped", { time: writeMinutes(passed) }) };
    }
    const left = timer.minutes * 60 - passed;
    const how = words("room_clock.planned", { minutes: timer.minutes });
    if (left >= 0) return { state: "running", time: writeMinutes(left), how: `${words("room_clock.left", { time: writeMinutes(left) })} · ${how}` };
    return { state: "over", time: `+${writeMinutes(-left)}`, how: `${words("room_clock.over", { time: writeMinutes(-left) })} · ${how}` };
  }

  #showRunning(running) {
    const list = element("running");
    const items = running.map(({ timer, state, time }) => {
      const item = [...list.children].find((one) => one.dataset.timer === timer) ?? document.createElement("li");
      if (item.dataset.timer === undefined) item.append(document.createElement("span"), document.createElement("strong"));
      Object.assign(item.dataset, { timer, state });
      say(item.firstChild, words(`room_timer.${timer}`));
      say(item.lastChild, state === "over" ? words("room_clock.over", { time: time.slice(1) }) : time);
      return item;
    });
    if (items.length !== list.children.length || items.some((item) => item.parentNode !== list)) list.replaceChildren(...items);
  }

  async #toggle(timer) {
    const known = this.state.now?.timers[timer];
    const isRunning = known !== undefined && known.stopped_utc === null;
    try {
      if (isRunning) await send(`${setup.acts}/acts/TimerStopped`, { timer });
      else await send(`${setup.acts}/acts/TimerStarted`, { timer, minutes: this.state.now.minutes[timer] });
      toast(words(isRunning ? "room_clock.halted" : "room_clock.started", { timer: words(`room_timer.${timer}`) }));
      await this.state.fetch();
    } catch (error) {
      if (!(error instanceof SendError)) throw error;
      toast(error.message, true);
    }
  }
}

/** 754 -> "12:34". */
export function writeMinutes(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
