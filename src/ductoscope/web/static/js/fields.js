// From fields to a message and back: names with dots become nested objects, rows of a listing become a list.

import { words } from "./setup.js";
import { utcOf } from "./times.js";
import { SendError } from "./send.js";

const FIELDS = "input[name], select[name], textarea[name]";

/** Read everything that a form holds. Fields that are switched off are left out; a switched-off optional part is null. */
export async function collect(form) {
  const message = {};
  for (const part of form.querySelectorAll("[data-optional]")) if (isOff(part)) put(message, part.dataset.optional, null);
  for (const list of form.querySelectorAll("[data-list]")) {
    if (isOff(list)) continue;
    const rows = [...list.querySelectorAll("[data-row]")];
    put(message, list.dataset.list, await Promise.all(rows.map((row) => collectFrom(row.querySelectorAll(FIELDS)))));
  }
  const own = [...form.elements].filter((field) => field.matches(FIELDS) && !field.closest("[data-row]"));
  return Object.assign(message, await collectFrom(own, message));
}

async function collectFrom(fields, message = {}) {
  for (const field of fields) {
    if (isOff(field)) continue;
    const name = field.dataset.name ?? field.name;
    const type = field.dataset.type ?? "";
    if (type === "set") {
      const values = get(message, name) ?? put(message, name, []);
      if (field.checked) values.push(field.value);
    } else if (field.type === "checkbox") {
      put(message, name, type === "bool" ? field.checked : field.checked ? field.value : null);
    } else if (field.type === "radio") {
      if (field.checked) put(message, name, read(field.value, type));
      else if (get(message, name) === undefined) put(message, name, type === "" ? "" : null);
    } else if (type === "file") {
      put(message, name, await readFile(field));
    } else {
      put(message, name, read(field.value, type));
    }
  }
  return message;
}

const isOff = (element) => element.matches(":disabled") || element.closest("fieldset:disabled") !== null;

/** Turn what was typed into what is sent; an empty answer is null, and what cannot be read goes as it is, to be refused. */
function read(typed, type) {
  const value = typed.trim();
  switch (type) {
    case "number": {
      const number = Number(value.replace(",", "."));
      return value === "" ? null : Number.isNaN(number) ? value : number;
    }
    case "bool":
      return value === "" ? null : value === "true";
    case "date":
    case "maybe":
    case "null":
      return value === "" ? null : value;
    case "datetime":
      return value === "" ? null : utcOf(value);
    case "lines":
      return value.split("\n").map((line) => line.trim()).filter(Boolean);
    case "json":
      return value === "" ? null : JSON.parse(value);
    default:
      return value;
  }
}

async function readFile(field) {
  const file = field.files[0];
  if (file === undefined) return null;
  const most = Number(field.dataset.mostMb ?? 20);
  if (file.size > most * 1e6) {
    const sentence = words("form.too_large", { name: file.name, size: (file.size / 1e6).toFixed(1), most });
    throw new SendError(sentence, { fields: { [field.name]: sentence } });
  }
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(new SendError(words("form.unreachable")));
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}

function put(message, path, value) {
  const names = path.split(".");
  let place = message;
  for (const name of names.slice(0, -1)) place = place[name] ??= {};
  place[names.at(-1)] = value;
  return value;
}

const get = (message, path) => path.split(".").reduce((place, name) => place?.[name], message);

/** Put the server's notes at their fields, take old ones away, and return the first field that has one. */
export function tellFields(place, notes = {}) {
  let first = null;
  for (const slot of place.querySelectorAll("[data-error-for]")) {
    const path = pathOf(slot);
    const note = notes[path] ?? notes[path.replace(/\.$/, "")] ?? "";
    slot.textContent = note;
    const field = slot.closest(".field")?.querySelector(FIELDS) ?? null;
    if (field === null) continue;
    if (note) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    if (note && first === null) first = field;
  }
  return first;
}

function pathOf(slot) {
  const row = slot.closest("[data-row]");
  if (row === null) return slot.dataset.errorFor;
  const list = row.closest("[data-list]");
  return `${list.dataset.list}.${[...list.querySelectorAll("[data-row]")].indexOf(row)}.${slot.dataset.errorFor}`;
}
