// Wheel, drag and pinch on the picture.

import { pan, WHOLE, zoomAbout } from "./zoom.js";

const WHEEL_STEP = 0.0015;

/** Let the pointer move the window: get() returns it, set(window) changes it. */
export function listenToPointer(canvas, get, set) {
  const fingers = new Map();
  const share = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };

  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = share(event);
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1;
    set(zoomAbout(get(), Math.exp(-event.deltaY * lines * WHEEL_STEP), x, y));
  }, { passive: false });

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, share(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) return;
    const now = share(event);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    if (other === undefined) {
      set(pan(get(), before.x - now.x, before.y - now.y));
      return;
    }
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    const spread = Math.hypot(now.x - other.x, now.y - other.y) / Math.hypot(before.x - other.x, before.y - other.y);
    const moved = pan(get(), (before.x - now.x) / 2, (before.y - now.y) / 2);
    set(Number.isFinite(spread) && spread > 0 ? zoomAbout(moved, spread, middle.x, middle.y) : moved);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
  canvas.addEventListener("dblclick", () => set(WHOLE));
}
