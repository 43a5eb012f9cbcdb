// What was noted so far, in lines that can be read at a glance; what can be changed has a button.

import { writeHour } from "./room_face.js";
import { element, say, words } from "./setup.js";

const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);

/** Show everything of the state; onChangeOpening(opening), onChangeFinding(finding): their buttons. */
export function showLists(state, { onChangeOpening, onChangeFinding }) {
  showDoses(state);
  const openings = Object.values(state.orifices);
  list("openings", openings, writeOpening, onChangeOpening);
  list("findings", Object.values(state.findings), writeFinding, onChangeFinding);
  list("specimens", state.specimens, writeSpecimen);
  list("deeds", state.actions, (deed) => join([words(`room_deed_kind.${deed.kind}`), deed.finding, deed.words]));
  list("complications", state.complications, (one) =>
    join([words(`room_complication_kind.${one.kind}`), one.words, one.treatment]));
  list("notes", [...state.notes].reverse(), (note) => `${writeClock(note.at_utc)} ${words(`room_topic.${note.topic}`)}: ${note.text}`);
  showFigures(state);
  showCounts(state, openings.length);
  offerOpenings(openings);
  offerFindings(Object.values(state.findings));
}

function list(id, things, write, change) {
  element(id).replaceChildren(
    ...things.map((thing) => {
      const item = document.createElement("li");
      const line = document.createElement("span");
      line.textContent = write(thing);
      item.append(line);
      if (change !== undefined) {
        const button = document.createElement("button");
        Object.assign(button, { type: "button", className: "tool small", textContent: words("room.change") });
        button.setAttribute("aria-label", `${words("room.change")}: ${line.textContent}`);
        button.addEventListener("click", () => change(thing));
        item.append(button);
      }
      return item;
    }),
  );
}

function showDoses(state) {
  list("doses", state.anaesthetics, (dose) =>
    words("room_dose.line", {
      time: writeClock(dose.at_utc),
      agent: words(`room_agent.${dose.agent}`),
      percent: dose.percent,
      ml: dose.ml,
      mg: round(dose.percent * 10 * dose.ml),
      route: lower(words(`room_route.${dose.route}`)),
    }));
  showLimit(state);
}

/** Say how much of the chosen agent is left for this weight. */
export function showLimit(state) {
  const agent = document.querySelector('[name="dose.agent"]:checked')?.value ?? "lidocaine";
  const limit = state.limits[agent];
  const target = element("dose-left");
  const places = { given: round(limit.given_mg), limit: round(limit.limit_mg ?? 0), agent: lower(words(`room_agent.${agent}`)) };
  const isOver = limit.left_mg !== null && limit.left_mg < 0;
  target.classList.toggle("wrong", isOver);
  if (limit.left_mg === null) say(target, words("room_dose.no_limit", places));
  else if (isOver) say(target, words("room_dose.too_much", { ...places, over: round(-limit.left_mg) }));
  else say(target, words("room_dose.left", { ...places, left: round(limit.left_mg) }));
  const unsigned = limit.reason.is_signed ? "" : ` ${words("room_dose.unsigned")}`;
  say(element("dose-why"), `${limit.reason.says}${unsigned}`);
}

function showFigures(state) {
  const { saline_in_ml: inMl, saline_out_ml: outMl, pains } = state;
  say(element("saline-total"), words("room_saline.total", { in: round(inMl), out: round(outMl), rest: round(inMl - outMl) }));
  const scores = pains.map(([, score]) => score);
  const last = pains.at(-1);
  say(
    element("pain-total"),
    last === undefined
      ? words("room_pain.none")
      : words("room_pain.total", {
          last: last[1],
          time: writeClock(last[0]),
          most: Math.max(...scores),
          mean: (scores.reduce((sum, score) => sum + score, 0) / scores.length).toFixed(1),
        }),
  );
  const { view } = state;
  const hidden = (view?.hidden_by ?? []).map((name) => lower(words(`room_hider.${name}`)));
  const grade = view && words(`room_view_grade.${view.grade}`);
  say(element("view-said"), view === null ? words("room_view.none") : words("room_view.said", { grade: join([grade, ...hidden]) }));
}

function showCounts(state, openings) {
  const counts = {
    dose: state.anaesthetics.length, opening: openings, pain: state.pains.at(-1)?.[1], finding: Object.keys(state.findings).length,
    specimen: state.specimens.length, deed: state.actions.length, complication: state.complications.length,
    note: state.notes.length, view: state.view?.grade, saline: round(state.saline_in_ml),
  };
  for (const [name, count] of Object.entries(counts)) {
    const isShown = count !== undefined && (count > 0 || name === "pain" || name === "view");
    say(element(`count-${name}`), isShown ? String(count) : "");
  }
  element("count-complication").classList.toggle("wrong", state.complications.length > 0);
}

/** Let a place name any opening that was noted. */
export function offerOpenings(openings) {
  for (const select of document.querySelectorAll("[data-openings]")) {
    const options = openings.map((one) => [String(one.number), `${one.number} · ${hourOf(one)}`]);
    offer(select, options, openings.length === 1 ? String(openings[0].number) : "");
  }
}

/** Let a specimen or a deed name any finding that was marked. */
export function offerFindings(findings) {
  for (const select of document.querySelectorAll("[data-findings]")) {
    offer(select, findings.filter((one) => one.state !== "dismissed").map((one) => [one.letter, writeFinding(one)]), "");
  }
}

function offer(select, options, preferred) {
  const known = [...select.options].slice(1).map((option) => `${option.value}|${option.textContent}`);
  if (known.join() === options.map((pair) => pair.join("|")).join()) return;
  const chosen = select.value || preferred;
  select.replaceChildren(select.options[0], ...options.map(([value, text]) => new Option(text, value)));
  select.value = options.some(([value]) => value === chosen) ? chosen : "";
  for (const option of select.options) option.defaultSelected = option.selected; // a form that begins anew keeps it
}

const hourOf = (opening) => words("room_opening.clock_value", { hour: writeHour(opening.clock) });

function writeOpening(opening) {
  const { number, deepest } = opening;
  const ring = lower(words(`room_ring.${opening.ring}`));
  let entry = words("room_opening.line_not_entered_unsaid");
  if (opening.is_cannulated && deepest) entry = words("room_opening.line_entered", { mm: deepest.mm, sigma: deepest.sigma_mm });
  else if (opening.is_cannulated) entry = words("room_opening.line_entered_unknown");
  else if (opening.why_not) entry = words("room_opening.line_not_entered", { why: opening.why_not });
  const colour = opening.discharge && words("room_opening.line_discharge", { colour: lower(words(`room_colour.${opening.discharge}`)) });
  return join([words("room_opening.line", { number, hour: writeHour(opening.clock), ring }), colour, entry]);
}

/** A finding in one line. */
export function writeFinding(finding) {
  const { letter, terms, place, state, size } = finding;
  const what = ["type", "form", "surface", "colour", "suspicion"].map((name) => terms[name] && words(`finding_word.${terms[name]}`));
  const where = [
    place.orifice && words("room_place.line_opening", { number: place.orifice }),
    place.branch && words("room_place.line_branch", { branch: place.branch }),
    place.depth && words("room_place.line_depth", { mm: place.depth.mm, sigma: place.depth.sigma_mm }),
  ];
  if (state === "dismissed") return words("room_finding.line", { letter, what: words("room_finding_state.dismissed") });
  const told = join([...what, ...where, size.value_mm === undefined ? null : words("room_size.measured", { value: size.value_mm.toPrecision(2), sigma: size.sigma_mm.toPrecision(1) })]);
  return words("room_finding.line", { letter, what: told || words("room_finding.unnamed") });
}

function writeSpecimen({ letter, kind, code }) {
  return words("room_specimen.line", { letter, kind: words(`room_specimen_kind.${kind}`), code });
}

const join = (parts) => parts.filter(Boolean).join(", ");
const round = (value) => Math.round(value * 10) / 10;

/** 2026-11-23T14:05:10+00:00 -> "14:05", in local time. */
export function writeClock(utc) {
  return new Date(utc).toTimeString().slice(0, 5);
}

