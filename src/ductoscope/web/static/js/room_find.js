// The finder in the patient's room: a suggestion is corrected in the finding's form, the course goes into the record.

import { writeDepth } from "./find_words.js";
import { monitor } from "./monitor.js";
import { ActError, post } from "./post.js";
import { element, say, setup, words } from "./setup.js";
import { toast } from "./toast.js";

/** Tie the finder to the room's panel, its form and its record. */
export function furnishFind(find, { panel, finding, state }) {
  find.onJudged = () => state.fetch();
  find.correct = async (suggestion, search) => {
    const judged = { suggestion: suggestion.id, search };
    const held = await attempt(() => post(`${setup.acts}/find/hold`, judged));
    if (held === null || state.isClosed) return;
    await monitor.freeze.hold(held);
    panel.open("finding");
    finding.correct(suggestion, judged, state.now?.entered_opening ?? null);
  };
  find.onCourse = showCourse;
  // Whoever notes the view by hand says nothing against what was measured.
  state.listen((now) => (document.querySelector('[name="view.clear_share"]').value = now.view?.clear_share ?? ""));
  // Which opening it goes to stands on the button; the server refuses when another one was entered meanwhile.
  let opening = null;
  state.listen((now) => {
    opening = now.entered_opening;
    say(element("course-accept"), words(opening === null ? "find.accept_view" : "find.accept", { opening }));
    say(element("course-opening"), opening === null ? words("find.no_opening") : "");
  });
  element("course-accept").addEventListener("click", async () => {
    const wish = { opening, has_way: opening !== null };
    const answer = await attempt(() => post(`${setup.acts}/find/accept`, wish));
    if (answer !== null) toast(words(nameAccepted(answer), answer));
    state.fetch();
  });
}

function nameAccepted({ opening, is_earlier_map_kept }) {
  if (opening === null) return "find.accepted_view";
  return is_earlier_map_kept ? "find.accepted_but_map" : "find.accepted";
}

function showCourse(course) {
  element("course-accept").disabled = course === null;
  if (course === null) {
    say(element("course-said"), words("find.course_none"));
    say(element("course-branches"), "");
    return;
  }
  const name = (branches) => branches.join(", ") || words("find.no_branch");
  const deepest = course.deepest === null ? words("find.no_scale") : writeDepth(course.deepest);
  say(element("course-said"), words("find.course", { percent: (100 * course.clear_share).toFixed(0), depth: deepest }));
  const [entered, not_entered] = [name(course.branches_entered), name(course.branches_not_entered)];
  say(element("course-branches"), words("find.course_branches", { entered, not_entered }));
}

async function attempt(act) {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    toast(error.message, true);
    return null;
  }
}
