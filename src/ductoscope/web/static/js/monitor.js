// The monitor page: joins the parts. Pictures come in at `receive`, what a person does goes through `acts`.

import { Brightness } from "./brightness.js";
import { ServerClock } from "./clock.js";
import { listenToDialogs } from "./dialogs.js";
import { FindScreen } from "./find_screen.js";
import { Freeze } from "./freeze.js";
import { listenToKeys } from "./keys.js";
import { Latencies } from "./latencies.js";
import { Painter } from "./painter.js";
import { listenToPointer } from "./pointer.js";
import { Recording } from "./recording.js";
import { Scale } from "./scale.js";
import { element, say, setup, words } from "./setup.js";
import { reasonNotLive, showState, showStatus } from "./status.js";
import { Stills } from "./stills.js";
import { Stream } from "./stream.js";
import { Watchdog } from "./watchdog.js";
import { MOST, pan, settle, WHOLE, zoomAbout } from "./zoom.js";
import { ZoomMap } from "./zoom_map.js";
import { toast } from "./toast.js";

const ZOOM_STEP = 1.3;
const PAN_STEP = 0.1;
const SIXTY = 60;
const CORE_TOO_LARGE_PX = 60; // a core this wide on the screen holds nothing more to see

const clock = new ServerClock();
const latencies = new Latencies();
const large = new Painter(element("picture"));
const small = new Painter(element("inset-picture"));
const brightness = new Brightness([large.canvas, small.canvas]);
const lookers = []; // of the window on the picture
const connectionWatchers = [];
const freezers = []; // of freezing and going live
const watchers = []; // of the server's status: the room with a patient listens too
let stills = new Stills();
const recording = new Recording();
const map = new ZoomMap();
const scale = new Scale(() => look(window_));
const find = setup.has_find ? new FindScreen() : null;

let window_ = WHOLE;
let wanted = "restored";
let painted = null;
let status = null;
let isConnected = false;

const freeze = new Freeze({ large, small, shown: () => painted, kind: () => wanted, onChange: tellFreeze });
const watchdog = new Watchdog(clock, [element("veil"), element("inset-veil")], showLiveness);
watchdog.start();

let forgottenTo = 0;
let isCleared = false;

function receive(bitmap, picture) {
  if (isCleared || picture.sequence <= forgottenTo) {
    bitmap.close(); // of somebody who has left the room, or for a page that is over
    return;
  }
  (freeze.isFrozen ? small : large).show(bitmap);
  picture.drawnMs = performance.now();
  painted = picture;
  watchdog.painted(picture);
  latencies.note(picture, clock);
  if (picture.isSimulated) element("simulated").hidden = false;
  if (!freeze.isFrozen) showKind(picture.kind);
}

function showKind(kind) {
  const badge = element("raw-badge");
  badge.hidden = kind !== "raw";
  say(badge, words(wanted === "raw" ? "badge.raw" : "badge.not_restored"));
}

function showLiveness(isLive) {
  document.body.classList.toggle("is-stale", !isLive);
  tellState();
}

function tellFreeze() {
  for (const watch of freezers) watch(freeze.isFrozen);
  find?.tellFreeze(freeze.isFrozen);
  tellState();
}

function tellState() {
  showState({ isConnected, isLive: watchdog.isLive, isFrozen: freeze.isFrozen, status });
}

function showAge() {
  const age = watchdog.ageMs();
  say(element("age"), age === null ? "–" : age < 10_000 ? age.toFixed(0) : ">9999");
  if (watchdog.isLive) return;
  const old = age === null ? words("badge.no_picture") : words("badge.seconds_old", { seconds: (age / 1000).toFixed(1) });
  for (const target of document.querySelectorAll(".veil .old")) say(target, old);
  say(document.querySelector("#veil .why"), reasonNotLive({ isConnected, status }));
}

function look(next) {
  window_ = next;
  large.look(window_);
  const side = large.canvas.clientWidth;
  map.show(window_);
  scale.show(side, window_.zoom);
  const cores = status?.calibration?.cores ?? 0;
  const corePx = cores > 0 ? (side * window_.zoom) / Math.sqrt(cores / 0.907) : 0;
  element("beyond").hidden = corePx < CORE_TOO_LARGE_PX;
  find?.look(window_);
  for (const watch of lookers) watch(window_);
}

function choosePicture(kind) {
  wanted = kind;
  for (const name of setup.kinds) element(name).setAttribute("aria-pressed", String(name === kind));
  stream.want({ picture: kind });
  if (freeze.isFrozen) {
    freeze.showSharper();
    showKind(kind);
  }
}

function zoomToSixty() {
  const zoom = scale.zoomFor(SIXTY, large.canvas.clientWidth);
  if (zoom === null) return;
  if (zoom > MOST) toast(words("scale.sixty_limit"));
  look(settle({ ...window_, zoom }));
}

const acts = {
  freeze: () => freeze.toggle(),
  still: () => stills.take(freeze.sequence, large.canvas),
  record: () => recording.toggle(),
  picture: () => choosePicture(wanted === "raw" ? "restored" : "raw"),
  zoom_in: () => look(zoomAbout(window_, ZOOM_STEP)),
  zoom_out: () => look(zoomAbout(window_, 1 / ZOOM_STEP)),
  fit: () => look(WHOLE),
  sixty: zoomToSixty,
  left: () => look(pan(window_, -PAN_STEP, 0)),
  right: () => look(pan(window_, PAN_STEP, 0)),
  up: () => look(pan(window_, 0, -PAN_STEP)),
  down: () => look(pan(window_, 0, PAN_STEP)),
  brighter: () => brightness.change(1),
  darker: () => brightness.change(-1),
  neutral: () => brightness.reset(),
  full_screen: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  scale: () => element("scale-dialog").showModal(),
  recalibrate: () => element("recalibrate-dialog").showModal(),
  help: () => element("help-dialog").showModal(),
  ...find?.acts,
};

const stream = new Stream({
  want: { picture: wanted, size_px: setup.sizes_px.at(-1) },
  clock,
  onPicture: receive,
  onStatus: (told) => {
    status = told;
    forgottenTo = told.occupied?.forgotten_to ?? 0;
    for (const watch of watchers) watch(told);
    showStatus(told);
    find?.tellSimulated(told.source?.is_simulated === true);
    tellState();
    recording.tell(told.recording);
    stills.tell(told.stills);
  },
  onFind: (message) => find?.tell(message),
  onConnection: (isOpen) => {
    isConnected = isOpen;
    for (const watch of connectionWatchers) watch(isOpen);
    tellState();
  },
});

// A picture larger than what the screen shows would only be late: ask for the smallest that fills it.
new ResizeObserver(() => {
  const needed = large.canvas.clientWidth * devicePixelRatio;
  const side = setup.sizes_px.find((size) => size >= needed) ?? setup.sizes_px.at(-1);
  large.resize(side);
  stream.want({ size_px: side });
  look(window_);
}).observe(large.canvas);

for (const button of document.querySelectorAll("[data-action]")) {
  button.addEventListener("click", () => acts[button.dataset.action]());
}
for (const button of document.querySelectorAll("[data-picture]")) {
  button.addEventListener("click", () => choosePicture(button.dataset.picture));
}
document.addEventListener("fullscreenchange", () => {
  element("full-screen").setAttribute("aria-pressed", String(document.fullscreenElement !== null));
});
// A screen that goes dark in the middle of an examination helps nobody; not every browser can promise it.
const stayAwake = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});
document.addEventListener("visibilitychange", stayAwake);
stayAwake();

listenToDialogs();
listenToKeys(acts);
listenToPointer(large.canvas, () => window_, look);
setInterval(showAge, 200);
showAge();

/** What the room with a patient needs of the monitor. */
export const monitor = {
  acts,
  freeze,
  find,
  large,
  window: () => window_,
  onStatus: (watch) => watchers.push(watch),
  onConnection: (watch) => connectionWatchers.push(watch),
  onLook: (watch) => lookers.push(watch),
  onFreeze: (watch) => freezers.push(watch),
  useStills: (other) => (stills = other),
  /** Nothing of what was shown may be seen or had again, and nothing more is shown on this page. */
  clear() {
    isCleared = true;
    if (freeze.isFrozen) freeze.thaw();
    painted = null;
    freeze.held = null;
    large.clear();
    small.clear();
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    element("still-picture").removeAttribute("src");
    stills.clear();
    find?.clear();
  },
};

window.ductoscope = { latencies: () => latencies.take(), window: () => window_ };
