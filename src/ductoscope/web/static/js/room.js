// The room with a patient in it: joins the monitor, the panel and the record, and clears all when the patient changes.

import "./form.js";
import { stayAwake } from "./idle.js";
import { listenToKeys } from "./keys.js";
import { monitor } from "./monitor.js";
import { Clocks } from "./room_clocks.js";
import { showChecks } from "./room_checklist.js";
import { offerDictation } from "./room_dictation.js";
import { Face } from "./room_face.js";
import { furnishFind } from "./room_find.js";
import { FindingForm } from "./room_finding.js";
import { Ink } from "./room_ink.js";
import { showLimit, showLists } from "./room_lists.js";
import { Panel } from "./room_panel.js";
import { RoomState } from "./room_state.js";
import { RoomStills } from "./room_stills.js";
import { element, say, setup, words } from "./setup.js";
import { toast } from "./toast.js";

const state = new RoomState();
let isLedOn = false;
const GROUPS = ["clocks", "dose", "opening", "saline", "pain", "finding", "specimen", "deed", "complication", "view", "note", "ending"];

stayAwake(() => setup.procedure !== null && document.visibilityState === "visible");
monitor.onStatus(guard);
monitor.onConnection((isOpen) => isOpen || askWhetherSignedIn());
if (setup.procedure !== null) furnish();

// Whoever this page was opened for, it shows nothing of them from the moment on that somebody else, or nobody, is here.
function guard({ occupied }) {
  if (occupied === null || occupied.procedure === setup.procedure) {
    if (setup.procedure !== null && occupied !== null) state.tell(occupied.number);
    return;
  }
  // Who pressed "leave" here is led to the report by the answer, which may come before this news or after it.
  isLedOn ||= element("leave-room")?.dataset.sending !== undefined;
  if (!state.isClosed) clearPage();
  if (!document.body.classList.contains("is-gone")) {
    document.body.classList.add("is-gone");
    if (!isLedOn) location.replace("/room");
  }
}

// A session that has ended takes the live picture with it: say so by the way back in, not by endless tries.
async function askWhetherSignedIn() {
  const answer = await fetch("/api/status").catch(() => null);
  if (answer?.status === 401) location.replace("/sign-in?next=/room");
}

function clearPage() {
  monitor.clear();
  state.close();
  document.title = words("page.title");
  for (const id of ["strip", "panel", "ink", "ink-hint", "still-dialog"]) element(id)?.replaceChildren();
  element("gone").hidden = false;
}

function furnish() {
  const stills = new RoomStills(state);
  monitor.useStills(stills);
  const ink = new Ink(element("ink"), {
    onDone: (mode) => finding.drawn(mode),
    onCancel: (mode) => finding.drawn(mode),
    onChange: () => finding.dragged(),
  });
  monitor.onLook((window) => ink.look(window));
  monitor.onFreeze((isFrozen) => isFrozen || ink.conceal());
  const finding = new FindingForm({ ink, measurePath: `${setup.acts}/measure`, hold: holdStill });
  const face = new Face(element("opening-form"), state);
  const panel = new Panel((name) => name !== "finding" && ink.mode !== null && ink.cancel());
  new Clocks(state);
  offerDictation(document.querySelector('[name="text"]'));

  if (monitor.find !== null) furnishFind(monitor.find, { panel, finding, state });
  state.listen((now) => {
    showLists(now, {
      onChangeOpening: (opening) => face.change(opening),
      onChangeFinding: (one) => finding.change(one),
    });
    showChecks(now);
    showEnding(now);
  });
  document.addEventListener("change", ({ target }) => target.name === "dose.agent" && state.now && showLimit(state.now));
  document.addEventListener("sent", (event) => taken(event, { face, finding }));
  listenToDigits();
  const open = Object.fromEntries(GROUPS.map((name) => [name, () => state.isClosed || panel.open(name, { byKey: true })]));
  open.finding = async () => {
    if (state.isClosed) return;
    panel.open("finding");
    finding.begin();
    await finding.draw("outline");
  };
  listenToKeys({ ...open, choose: () => stills.chooseNewest(), panel: () => panel.toggle() }, setup.room_keys);
  addEventListener("keydown", (event) => event.key === "Enter" && !event.ctrlKey && sendFromRadio(event));
  state.fetch();
}

// A finding is marked on a picture that stands still.
async function holdStill() {
  if (!monitor.freeze.isFrozen) await monitor.freeze.freeze();
  const { sequence } = monitor.freeze;
  if (sequence === null) {
    toast(words("badge.no_picture"), true);
    return null;
  }
  return { sequence };
}

// Something was written: say so, begin the form anew, and show what the record says now.
function taken({ target, detail }, { face, finding }) {
  if (typeof detail.next === "string") {
    isLedOn = true; // another page comes
    return;
  }
  if (target.dataset.toast) toast(target.dataset.toast);
  if (target.id === "opening-form") face.begin();
  else if (target.id === "finding-form") finding.begin();
  else if (target.id === "choose-form") element("still-dialog").close();
  else if (target.matches("form") && !("keep" in target.dataset)) target.reset();
  if (detail.letter !== undefined && detail.code !== undefined) {
    say(element("label-letter"), detail.letter);
    say(element("label-code"), detail.code);
    element("label-card").hidden = false;
  }
  if (document.activeElement?.closest("#panel form") === target) document.activeElement.blur();
  if (!target.matches("[data-item]")) document.querySelector(".groups").scrollTop = 0;
  state.fetch();
}

function showEnding(now) {
  const isInside = now.stage === "in the room";
  element("end-form").hidden = !isInside;
  element("leave-part").hidden = isInside;
  const open = [
    Object.keys(now.orifices).length === 0 && "no_opening",
    now.view === null && "no_view",
    now.pains.length === 0 && "no_pain",
    Object.keys(now.findings).length === 0 && "no_finding",
    !now.stills.some((still) => still.is_chosen) && "no_chosen",
    Object.keys(now.recordings).length === 0 && "no_recording",
    isInside && document.body.classList.contains("is-recording") && "is_recording",
  ].filter(Boolean);
  const items = (open.length ? open : ["nothing_open"]).map((name) => {
    const item = document.createElement("li");
    item.textContent = words(`room_ending.${name}`);
    return item;
  });
  element("open-points").replaceChildren(...items);
}

// Scores are typed: a digit chooses, 1 and then 0 is ten, Enter notes it.
function listenToDigits() {
  for (const form of document.querySelectorAll("[data-digits]")) {
    let typed = "";
    form.addEventListener("keydown", (event) => {
      if (!/^[0-9]$/.test(event.key)) return;
      const field = (value) => form.querySelector(`[name="${form.dataset.digits}"][value="${value}"]`);
      typed = field(typed + event.key) ? typed + event.key : event.key;
      const chosen = field(typed);
      event.preventDefault();
      event.stopPropagation();
      if (chosen === null) return;
      chosen.checked = true;
      chosen.focus({ focusVisible: true });
      setTimeout(() => (typed = ""), 900);
    });
  }
}

function sendFromRadio(event) {
  const field = event.target;
  if (!field.matches?.("#panel form input[type=radio], #panel form input[type=checkbox]")) return;
  event.preventDefault();
  field.form.requestSubmit();
}
