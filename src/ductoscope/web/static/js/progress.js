// Progress over attempts: a chart to look at, a table to read, a file to take along.

import { writeFigure } from "./practice_debrief.js";
import { ask, AskError } from "./post.js";
import { element, say, words } from "./setup.js";
import { draw, write } from "./svg.js";

const SHOWN = ["score", "seen_share", "lesions_found", "contacts", "flushed_ml", "seconds", "worst_pain"];
const [WIDTH, HEIGHT, LEFT, BOTTOM] = [900, 300, 44, 30];

async function show(trainee) {
  const query = trainee ? `?trainee=${encodeURIComponent(trainee)}` : "";
  element("csv").href = `/api/practice/attempts.csv${query}`;
  try {
    const { trainees, attempts } = await ask(`/api/practice/attempts${query}`);
    const choice = element("trainee");
    if (choice.options.length !== trainees.length + 1) {
      choice.replaceChildren(new Option(words("progress.everybody"), ""), ...trainees.map((name) => new Option(name, name)));
      choice.value = trainee;
    }
    element("nothing").hidden = attempts.length > 0;
    element("chart").replaceChildren(drawChart(attempts));
    element("attempts").tBodies[0].replaceChildren(...attempts.map(drawRow).reverse());
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    say(element("error"), error.message);
  }
}

function drawRow(attempt) {
  const row = document.createElement("tr");
  const cells = [
    attempt.finished_utc.slice(0, 16).replace("T", " "), attempt.trainee, words(`task.${attempt.task}`), words(`practice.${attempt.preset}`), String(attempt.seed),
    ...SHOWN.map((name) => (name in attempt.figures ? writeFigure(name, attempt.figures[name]) : "–")),
  ];
  row.append(...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
  return row;
}

function drawChart(attempts) {
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words("progress.chart_alt") });
  const place = (at, share) => [
    LEFT + ((WIDTH - LEFT - 12) * (at + 0.5)) / Math.max(attempts.length, 1), 10 + (HEIGHT - BOTTOM - 10) * (1 - share),
  ];
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const y = place(0, share)[1];
    svg.append(draw("line", { x1: LEFT, x2: WIDTH - 8, y1: y, y2: y, class: "grid" }), write(`${100 * share} %`, LEFT - 6, y + 4, "end"));
  }
  for (const name of ["seen_share", "score"]) {
    const points = attempts.map((attempt, at) => place(at, attempt.figures[name] ?? 0));
    svg.append(draw("polyline", { points: points.map((point) => point.map((v) => v.toFixed(1)).join()).join(" "), class: name }));
    svg.append(...points.map(([cx, cy]) => draw("circle", { cx, cy, r: 4, class: name })));
  }
  const every = Math.ceil(attempts.length / 15);
  attempts.forEach((_, at) => at % every === 0 && svg.append(write(String(at + 1), place(at, 0)[0], HEIGHT - 8, "middle")));
  return svg;
}

element("trainee").addEventListener("change", (event) => show(event.target.value));
show(new URLSearchParams(location.search).get("trainee") ?? "");
