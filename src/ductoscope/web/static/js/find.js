// Finds patients while somebody types. The text goes in a message, never in an address.

import { send, SendError } from "./send.js";
import { words } from "./setup.js";

const WAIT_MS = 180;

/** Make every [data-find] work: a text field, a line that says how many, and a list of links. */
export function listenToFinding(root) {
  for (const place of root.querySelectorAll("[data-find]")) {
    const text = place.querySelector("[data-find-text]");
    let waiting = 0;
    let asked = 0;
    text.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(look, WAIT_MS);
    });
    text.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") place.querySelector("[data-find-rows] a")?.focus();
      if (event.key === "Enter" && !event.ctrlKey) {
        event.preventDefault();
        look().then(() => place.querySelectorAll("[data-find-rows] a").length === 1 && place.querySelector("[data-find-rows] a").click());
      }
    });
    place.querySelector("[data-find-rows]").addEventListener("keydown", move);
    if (text.value) look(); // typed before this script had come

    async function look() {
      clearTimeout(waiting);
      const turn = ++asked;
      const said = place.querySelector("[data-find-said]");
      const rows = place.querySelector("[data-find-rows]");
      if (text.value.trim().length < 2) {
        said.textContent = "";
        rows.replaceChildren();
        return;
      }
      try {
        const answer = await send("/api/patients/find", { text: text.value.trim(), limit: Number(place.dataset.limit ?? 50) });
        if (turn !== asked) return; // somebody has typed on
        rows.replaceChildren(...answer.patients.map((patient) => rowOf(patient, place.dataset.to ?? "")));
        const count = answer.patients.length;
        said.textContent = count === 0 ? words("frame.nothing_found") : count === 1 ? words("frame.found_one") : words("frame.found_many", { count });
      } catch (error) {
        if (!(error instanceof SendError)) throw error;
        said.textContent = error.message;
      }
    }
  }
}

/** Make one line of a list of patients: a link with the name, and what tells two of one name apart. */
export function rowOf(patient, to = "") {
  const row = document.createElement("li");
  const link = document.createElement("a");
  link.href = to ? to.replace("{id}", encodeURIComponent(patient.id)) : `/patients/${encodeURIComponent(patient.id)}`;
  const name = document.createElement("strong");
  name.textContent = patient.name;
  const facts = document.createElement("span");
  facts.textContent = patient.facts;
  link.append(name, facts);
  if (patient.is_emergency) {
    const mark = document.createElement("em");
    mark.className = "badge wrong";
    mark.textContent = words("banner.emergency");
    link.append(mark);
  }
  row.append(link);
  return row;
}

function move(event) {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (!step) return;
  event.preventDefault();
  event.target.closest("li")[step]?.querySelector("a").focus();
}
