// Review: scrub a recording, keep stills, mark findings with the same form as in the room.

import { FindingForm } from "./room_finding.js";
import { Ink } from "./room_ink.js";
import { offerOpenings, writeFinding } from "./room_lists.js";
import { Player } from "./review_player.js";
import { send, SendError } from "./send.js";
import { element, say, setup, words } from "./setup.js";

const { api, reels, can_mark: canMark } = setup.page;
const hasReel = reels.some((reel) => reel.frames > 0 && !reel.why);
const player = hasReel ? new Player(api, reels) : null;
let finding = null;
let record = null;

if (canMark) {
  const ink = player && new Ink(element("ink"), { onDone: (mode) => finding.drawn(mode), onCancel: (mode) => finding.drawn(mode) });
  finding = new FindingForm({
    ink: ink ?? { clear() {}, outline: [], ends: null, mode: null },
    measurePath: `${api}/review/measure`,
    hold: () => (player === null ? null : player.hold()),
  });
  if (player !== null) {
    element("keep").addEventListener("click", keep);
    element("mark").addEventListener("click", mark);
    player.onMove = () => (ink.mode === null ? showOutlines(ink) : undefined);
    player.acts = { s: keep, m: mark };
  } else {
    for (const id of ["draw-outline", "draw-tool"]) element(id).disabled = true;
  }
}

document.addEventListener("sent", ({ target }) => {
  if (target.id !== "finding-form") return;
  if (player !== null) player.remember();
  location.reload(); // the still that was kept with it stands in the list then
});
for (const button of document.querySelectorAll("[data-where]")) {
  button.addEventListener("click", () => goTo(button));
}
load();

async function load() {
  const answer = await fetch(`${api}/review/state`);
  if (!answer.ok) return;
  record = await answer.json();
  offerOpenings(Object.values(record.orifices));
  element("findings").replaceChildren(...Object.values(record.findings).map(drawFinding));
}

function drawFinding(one) {
  const item = document.createElement("li");
  const line = document.createElement("span");
  line.textContent = writeFinding(one);
  item.append(line);
  if (finding !== null) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "tool small", textContent: words("room.change") });
    button.setAttribute("aria-label", `${words("room.change")}: ${line.textContent}`);
    button.addEventListener("click", () => {
      finding.change(one);
      element("finding-form").scrollIntoView({ block: "start" });
    });
    item.append(button);
  }
  return item;
}

async function keep() {
  try {
    player.pause();
    await send(`${api}/review/still`, player.hold());
    sessionStorage.setItem("ductoscope-said", words("review.still_kept"));
    player.remember();
    location.reload();
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    say(element("picture-wrong"), error.message);
  }
}

function mark() {
  finding.begin();
  finding.draw("outline");
}

async function goTo(button) {
  const answer = await fetch(`${api}/review/where/${button.dataset.where}`);
  const told = await answer.json();
  const alert = button.closest("form").querySelector("[role=alert]");
  say(alert, answer.ok ? "" : told.error);
  if (answer.ok) player?.go(told.recording, told.frame);
}

// The outlines of findings lie on the picture that they were drawn on.
function showOutlines(ink) {
  if (record === null) return;
  const here = new Set(record.stills.filter((still) => still.frame === player.sourceFrame).map((still) => still.sha256));
  ink.shown = Object.values(record.findings).filter((one) => here.has(one.still) && one.outline.length).map((one) => one.outline);
  ink.paint();
}
