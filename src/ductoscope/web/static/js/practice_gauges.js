// What a nurse at the bedside would see: time, comfort, pressure, how far the shaft is in.

import { element, say, words } from "./setup.js";

const PRESSURE_FULL_MMHG = 200;
const HIGH = { comfort: 0.6, contact: 0.6, pressure: 0.6 };

/** Write the state of an attempt into the gauges. */
export function showGauges(state, scenario) {
  say(element("goal"), words(`task_goal.${state.task}`));
  say(element("clock"), writeTime(state.seconds));
  say(element("planned"), scenario ? words("practice.of_minutes", { minutes: scenario.minutes }) : "");
  element("clock").classList.toggle("wrong", scenario !== undefined && state.seconds > 60 * scenario.minutes);
  show("comfort", state.pain / 10, state.pain.toFixed(1));
  show("contact", state.contact, words(state.contact > 0 ? "practice.touching" : "practice.free"));
  show("pressure", state.pressure_mmhg / PRESSURE_FULL_MMHG, state.pressure_mmhg.toFixed(0));
  say(element("inserted"), state.phase === "duct" ? state.inserted_mm.toFixed(0) : "–");
  say(element("flushed"), state.flushed_ml.toFixed(1));
  say(element("suctioned"), state.suctioned_ml.toFixed(1));
  say(element("noted"), String(state.found));
  say(element("message"), state.message === null ? "" : words(`practice_message.${state.message}`));
}

/** Minutes and seconds. */
export function writeTime(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function show(id, share, text) {
  say(element(id), text);
  const meter = element(`${id}-meter`);
  const percent = Math.round(100 * Math.min(Math.max(share, 0), 1));
  meter.setAttribute("aria-valuenow", String(percent));
  meter.firstElementChild.style.width = `${percent}%`;
  meter.classList.toggle("high", share >= HIGH[id]);
}
