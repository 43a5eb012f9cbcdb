// The debrief: what happened, on the map and over time, and the few things worth doing better.

import { writeTime } from "./practice_gauges.js";
import { PathReplay } from "./practice_path.js";
import { element, say, words } from "./setup.js";

const SHARES = new Set(["score", "goal_share", "seen_share", "seen_badly_share", "described_share", "clear_share"]);

/** Show a debrief; again() and same() begin the next attempt. */
export function showDebrief(debrief, { again, same }) {
  const dialog = element("debrief");
  const goal = words(`task.${debrief.task}`);
  const score = Math.round(100 * debrief.figures.score);
  const judged = debrief.is_reached ? words("debrief.reached", { goal, score }) : words("debrief.not_reached", { goal, score });
  say(element("debrief-score"), "score" in debrief.figures ? judged : words("debrief.ungraded", { goal }));
  element("remarks").replaceChildren(...debrief.remarks.map(([name, places]) => item(words(`remark.${name}`, write(places)))));
  showMap(debrief.map_svg);
  const replay = new PathReplay(element("path"), debrief);
  element("replay").onclick = () => replay.play();
  element("lesions").replaceChildren(drawLesions(debrief.lesions));
  element("figures").tBodies[0].replaceChildren(
    ...Object.entries(debrief.figures)
      .filter(([name]) => words(`figure.${name}`, {}, null) !== null)
      .map(([name, value]) => row(words(`figure.${name}`), writeFigure(name, value))),
  );
  const then = (next) => () => {
    replay.stop();
    dialog.close();
    next();
  };
  element("again").onclick = then(again);
  element("same-again").onclick = then(same);
  dialog.oncancel = (event) => event.preventDefault();
  dialog.showModal();
}

/** One figure in words that a person reads. */
export function writeFigure(name, value) {
  if (value === null) return words("debrief.unknown");
  if (SHARES.has(name)) return `${Math.round(100 * value)} %`;
  if (name.endsWith("seconds") || name.startsWith("seconds")) return writeTime(value);
  if (name.endsWith("_mm")) return `${value.toFixed(0)} mm`;
  if (name.endsWith("_ml")) return `${value.toFixed(1)} ml`;
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

function showMap(svg) {
  const picture = element("map-picture");
  if (picture.src) URL.revokeObjectURL(picture.src);
  picture.hidden = svg === "";
  if (svg !== "") picture.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
}

function drawLesions(lesions) {
  if (lesions.length === 0) return item(words("debrief.no_lesions"), "p");
  const table = document.createElement("table");
  table.append(...lesions.map((lesion) =>
    row(
      words("debrief.lesion", {
        id: lesion.id, type: words(`term.${lesion.type}`, {}, lesion.type), size: Number(lesion.size_mm).toFixed(1), depth: Number(lesion.depth_mm).toFixed(0),
      }),
      words(lesion.is_found ? "debrief.found" : lesion.is_seen ? "debrief.seen_only" : "debrief.missed"),
    ),
  ));
  return table;
}

function write(places) {
  return Object.fromEntries(Object.entries(places).map(([name, value]) =>
    [name, typeof value === "number" && !Number.isInteger(value) ? value.toFixed(1) : value]));
}

function item(text, tag = "li") {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function row(name, value) {
  const made = document.createElement("tr");
  const head = item(name, "th");
  head.scope = "row";
  made.append(head, item(value, "td"));
  return made;
}
