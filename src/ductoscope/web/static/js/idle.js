// The screen locks itself when nobody has touched any page of this browser for a while; what it showed is cleared first.

const TOUCHED = "ductoscope-touched";
const LOOK_EVERY_MS = 5_000;
const NOTE_EVERY_MS = 2_000;
const STAY_EVERY_MS = 20_000;

let noted = 0;

/** Say that somebody is here, to every page of this browser. */
function touch() {
  const now = Date.now();
  if (now - noted < NOTE_EVERY_MS) return;
  noted = now;
  localStorage.setItem(TOUCHED, String(now));
}

/** A page that is in use without being touched, as the monitor during an examination: keeps all pages unlocked. */
export function stayAwake(isInUse = () => document.visibilityState === "visible") {
  const stay = () => isInUse() && touch();
  stay();
  setInterval(stay, STAY_EVERY_MS);
}

/** Lock after `seconds` without a touch on any page of this browser. */
export function lockWhenIdle(seconds) {
  touch();
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
    addEventListener(kind, touch, { passive: true });
  }
  setInterval(() => {
    if (Date.now() - Number(localStorage.getItem(TOUCHED)) > seconds * 1000) lockNow();
  }, LOOK_EVERY_MS);
  // A page that the browser kept and shows again (back button) may be of somebody else: fetch it anew.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

let isLocking = false;

/** Clear the page, lock the session, and show the lock screen; it works without a connection too. */
export async function lockNow() {
  if (isLocking) return;
  isLocking = true;
  const next = location.pathname;
  document.title = "Ductoscope";
  document.body.replaceChildren();
  await fetch("/api/lock", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }).catch(() => null);
  location.replace(`/lock?next=${encodeURIComponent(next)}`);
}
