// Practise mode: joins the picture, the controls and what is told of the attempt.

import { ServerClock } from "./clock.js";
import { Controls } from "./practice_controls.js";
import { showDebrief } from "./practice_debrief.js";
import { showGauges } from "./practice_gauges.js";
import { PracticeLink } from "./practice_link.js";
import { Nipple } from "./practice_nipple.js";
import { ask, AskError, post, ActError } from "./post.js";
import { Painter } from "./painter.js";
import { element, say, setup, words } from "./setup.js";
import { Stream } from "./stream.js";
import { toast } from "./toast.js";
import { Watchdog } from "./watchdog.js";

const REMEMBERED = "ductoscope-trainee";

const clock = new ServerClock();
const painter = new Painter(element("picture"));
let key = null;
let phase = "idle";
let isConnected = false;

const watchdog = new Watchdog(clock, [element("veil")], tellLiveness);
watchdog.start();

new Stream({
  want: { picture: "restored", size_px: setup.sizes_px.at(-1) },
  clock,
  onPicture: (bitmap, picture) => {
    painter.show(bitmap);
    watchdog.painted(picture);
  },
  onStatus: () => {},
  onConnection: (isOpen) => {
    isConnected = isOpen;
    tellLiveness(watchdog.isLive);
  },
});

const controls = new Controls(element("picture"), {
  note: () => key !== null && phase === "duct" && element("note-dialog").showModal(),
  press: () => phase === "nipple" && act("press"),
  leave: () => phase === "duct" && act("leave"),
  finish,
});
const link = new PracticeLink({ read: () => (key === null || phase !== "duct" ? null : { key, ...controls.read() }), onState: tell });
const nipple = new Nipple((number) => act("enter", { number }));

function tellLiveness(isLive) {
  document.body.classList.toggle("is-stale", !isLive);
  const state = !isConnected ? "disconnected" : isLive ? "live" : "stale";
  element("state").dataset.state = state;
  say(element("state"), words(`state.${state}`));
}

function tell(state) {
  if (key === null) return; // somebody else's attempt, or the simulated hands
  phase = state.phase;
  document.body.dataset.phase = phase;
  nipple.show(phase === "nipple" ? state.orifices : null);
  showGauges(state, setup.scenarios.find(({ task }) => task === state.task));
  if (phase === "over") finish();
}

async function act(verb, wish = {}) {
  if (key === null) return;
  try {
    tell(await post(`/api/practice/${verb}`, { key, ...wish }));
  } catch (error) {
    complain(error);
  }
}

async function finish() {
  if (key === null) return;
  const mine = key;
  key = null; // once, whoever asks: the button, the key, or the end of the exercise
  try {
    const debrief = await post("/api/practice/finish", { key: mine });
    document.body.dataset.phase = phase = "idle";
    nipple.show(null);
    showDebrief(debrief, { again: openBegin, same: () => begin(debrief) });
  } catch (error) {
    complain(error);
    openBegin();
  }
}

async function begin({ task, trainee, preset, seed }) {
  const answer = await post("/api/practice/begin", { task, trainee, preset, seed });
  key = answer.key;
  controls.rest();
  tell(answer.state);
}

async function openBegin() {
  const trainee = element("trainee");
  trainee.value ||= localStorage.getItem(REMEMBERED) ?? "";
  say(element("begin-error"), "");
  element("begin-dialog").showModal();
  try {
    const { trainees } = await ask("/api/practice/attempts");
    element("trainees").replaceChildren(...trainees.map((name) => Object.assign(document.createElement("option"), { value: name })));
  } catch (error) {
    if (!(error instanceof AskError)) throw error; // a list of names to choose from is a comfort, not a need
  }
}

function complain(error) {
  if (!(error instanceof ActError)) throw error;
  toast(error.message, true);
}

element("begin-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const trainee = element("trainee").value.trim();
  const typed = element("seed").value;
  const seed = typed === "" ? crypto.getRandomValues(new Uint32Array(1))[0] >>> 1 : Number(typed);
  localStorage.setItem(REMEMBERED, trainee);
  say(element("begin-error"), words("practice.drawing"));
  element("begin").disabled = true;
  try {
    await begin({ task: form.get("task"), trainee, preset: form.get("preset"), seed });
    element("begin-dialog").close();
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    say(element("begin-error"), error.message);
  } finally {
    element("begin").disabled = false;
  }
});
element("begin-dialog").addEventListener("cancel", (event) => event.preventDefault());

element("note-form").addEventListener("submit", (event) => {
  if (event.submitter?.value !== "note") return;
  const form = new FormData(event.target);
  const size = element("size").value;
  act("note", {
    type: form.get("type"),
    base: form.get("base"),
    surface: form.get("surface"),
    colour: form.get("colour"),
    size_mm: size === "" ? null : Number(size),
  });
  element("size").value = "";
  toast(words("practice.noted_toast"));
});

element("note-dialog").querySelector("[data-close]").addEventListener("click", () => element("note-dialog").close());

for (const button of document.querySelectorAll("[data-do]")) {
  button.addEventListener("click", () => {
    button.blur(); // the syringe's Space must not press it again
    controls.act(button.dataset.do);
  });
}

openBegin();
window.ductoscope = { practice: () => ({ key, phase }), link };
