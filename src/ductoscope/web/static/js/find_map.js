// The map that grows, and the unrolled wall of the branch that the tip is in.

import { element, say, words } from "./setup.js";
import { writeBranch, writeDepth } from "./find_words.js";

export class FindMap {
  #map = element("find-map");

  /** Show one message with a map. */
  show({ map, svg, walls, course }) {
    const isThere = map > 0;
    // The workstation's own drawing: it holds no words of anybody but the site's texts.
    if (isThere) this.#map.innerHTML = svg;
    else this.#map.replaceChildren();
    this.#map.hidden = !isThere;
    element("find-map-none").hidden = isThere;
    this.#showWall(walls[0]);
    this.#showCourse(course);
  }

  #showWall(wall) {
    element("find-wall").hidden = wall === undefined;
    const picture = element("find-wall-picture");
    if (wall === undefined) {
      picture.removeAttribute("src");
      return;
    }
    picture.src = `data:image/png;base64,${wall.png}`;
    say(element("find-wall-name"), words("find.wall", { branch: writeBranch(wall.branch) }));
  }

  #showCourse(course) {
    const target = element("find-course");
    if (course === null) {
      say(target, "");
      return;
    }
    const deepest = course.deepest === null ? words("find.no_scale") : writeDepth(course.deepest);
    const sentence = words("find.course", { percent: (100 * course.clear_share).toFixed(0), depth: deepest });
    say(target, sentence);
    this.#map.setAttribute(
      "aria-label",
      words("find.map_alt", { entered: course.branches_entered.length, not_entered: course.branches_not_entered.length }),
    );
  }
}
