// Rows that can be added and removed, parts that show only with a certain answer, and times told in local time.

import { localOf } from "./times.js";

let copies = 0;

/** Make listings work: [data-list] with [data-rows], a template, [data-add] and [data-remove]. */
export function listenToListings(root) {
  for (const list of root.querySelectorAll("[data-list]")) {
    const rows = list.querySelector("[data-rows]");
    const add = list.querySelector("[data-add]");
    rows.querySelectorAll("[data-row]").forEach(nameApart);
    const addRow = () => {
      const row = list.querySelector("template").content.cloneNode(true).firstElementChild;
      nameApart(row);
      rows.append(row);
      showLocalTimes(row);
      return row;
    };
    while (rows.children.length < Number(add.dataset.least ?? 0)) addRow();
    add.addEventListener("click", () => addRow().querySelector("input, select, textarea")?.focus());
    list.addEventListener("click", (event) => {
      const row = event.target.closest("[data-remove]")?.closest("[data-row]");
      if (!row) return;
      row.remove();
      add.focus();
    });
  }
  showLocalTimes(root);
}

/** Give a row ids and radio names of its own; its fields remember their name within the row. */
function nameApart(row) {
  const end = `-row-${++copies}`;
  for (const one of row.querySelectorAll("[name]")) {
    one.dataset.name = one.name;
    one.name = `${one.name}${end}`;
    // Until now radios of several rows were one group, and the browser kept only the last choice.
    if (one.type === "radio") one.checked = one.defaultChecked;
  }
  for (const one of row.querySelectorAll("[id]")) one.id += end;
  for (const name of ["for", "aria-describedby", "aria-labelledby"]) {
    for (const one of row.querySelectorAll(`[${name}]`)) {
      one.setAttribute(name, one.getAttribute(name).split(" ").map((id) => id + end).join(" "));
    }
  }
}

/** <fieldset data-if="name=value|value"> is there only while the field `name` has one of the values. */
export function listenToShowing(root) {
  const parts = [...root.querySelectorAll("[data-if]")];
  const show = () => {
    for (const part of parts) {
      const [name, values] = part.dataset.if.split("=");
      const isThere = values.split("|").includes(answerOf(part.closest("form"), name));
      part.hidden = !isThere;
      if ("disabled" in part) part.disabled = !isThere;
    }
  };
  if (parts.length === 0) return;
  document.addEventListener("change", show);
  show();
}

function answerOf(form, name) {
  const field = form.elements[name];
  if (field === undefined) return "";
  if (field.type === "checkbox") return String(field.checked);
  return field.value ?? "";
}

function showLocalTimes(root) {
  for (const field of root.querySelectorAll("input[data-utc]")) {
    field.value = localOf(field.dataset.utc);
  }
}
