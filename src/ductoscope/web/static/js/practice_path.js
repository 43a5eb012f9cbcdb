// The way that was driven, depth over time, beside the best way; a replay runs along both.

import { writeTime } from "./practice_gauges.js";
import { words } from "./setup.js";
import { draw, write } from "./svg.js";

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [640, 200, 56, 28];
const REPLAY_MS = 8000;

export class PathReplay {
  #running = 0;

  /** target: the element to draw in; debrief: its path and best_path, rows of [seconds, depth_mm, branch]. */
  constructor(target, { path, best_path: best }) {
    this.#draw(target, path, best);
  }

  /** Run along both ways once; asked again, begin anew. */
  play() {
    this.stop();
    const begun = performance.now();
    const step = () => {
      const share = Math.min((performance.now() - begun) / REPLAY_MS, 1);
      this.moveTo(share);
      if (share < 1) this.#running = requestAnimationFrame(step);
    };
    step();
  }

  stop() {
    cancelAnimationFrame(this.#running);
  }

  #draw(target, path, best) {
    const longest = Math.max(path.at(-1)?.[0] ?? 1, best.at(-1)?.[0] ?? 1, 1);
    const deepest = Math.max(...path.map(([, depth]) => depth), ...best.map(([, depth]) => depth), 5);
    const place = ([seconds, depth]) => [LEFT + ((WIDTH - LEFT - 8) * seconds) / longest, 8 + ((HEIGHT - BOTTOM - 8) * depth) / deepest];
    const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words("debrief.path_alt") });
    for (let depth = 0; depth <= deepest; depth += deepest > 40 ? 20 : 10) {
      const y = place([0, depth])[1];
      svg.append(draw("line", { x1: LEFT, x2: WIDTH - 8, y1: y, y2: y, class: "grid" }), write(`${depth} mm`, LEFT - 6, y + 4, "end"));
    }
    for (const [seconds, anchor] of [[0, "start"], [longest / 2, "middle"], [longest, "end"]]) {
      svg.append(write(writeTime(seconds), place([seconds, 0])[0], HEIGHT - 8, anchor));
    }
    const dots = [[best, "best"], [path, "driven"]].map(([way, name]) => {
      svg.append(draw("polyline", { points: way.map((point) => place(point).map((v) => v.toFixed(1)).join()).join(" "), class: name }));
      const dot = draw("circle", { r: 5, class: name, visibility: "hidden" });
      svg.append(dot);
      return { way, dot };
    });
    this.moveTo = (share) => {
      for (const { way, dot } of dots) {
        const now = [...way].reverse().find(([seconds]) => seconds <= share * longest);
        if (now === undefined) continue;
        const [x, y] = place([Math.min(share * longest, way.at(-1)[0]), now[1]]);
        dot.setAttribute("cx", x);
        dot.setAttribute("cy", y);
        dot.setAttribute("visibility", "visible");
      }
    };
    const legend = document.createElement("p");
    legend.className = "legend";
    for (const name of ["driven", "best"]) {
      const mark = document.createElement("i");
      mark.className = name;
      legend.append(mark, words(`debrief.${name}`), " ");
    }
    target.replaceChildren(svg, legend);
  }
}
