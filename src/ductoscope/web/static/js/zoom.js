// Where the window lies on the picture: pure functions of { zoom, x, y }; x, y are its centre, as shares of the picture.

export const WHOLE = Object.freeze({ zoom: 1, x: 0.5, y: 0.5 });
export const MOST = 60;
export const LEAST = 0.2;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** Keep the window on the picture. */
export function settle({ zoom, x, y }) {
  const kept = clamp(zoom, LEAST, MOST);
  const half = Math.min(0.5 / kept, 0.5);
  return { zoom: kept, x: clamp(x, half, 1 - half), y: clamp(y, half, 1 - half) };
}

/** Zoom by a factor so that the point under (px, py), shares of the window, stays where it is. */
export function zoomAbout(window, factor, px = 0.5, py = 0.5) {
  const zoom = clamp(window.zoom * factor, LEAST, MOST);
  const gain = 1 / window.zoom - 1 / zoom;
  return settle({ zoom, x: window.x + (px - 0.5) * gain, y: window.y + (py - 0.5) * gain });
}

/** Move the window by shares of itself. */
export function pan(window, dx, dy) {
  return settle({ ...window, x: window.x + dx / window.zoom, y: window.y + dy / window.zoom });
}
