// What the server tells the page once: words, keys, and the room's measures.

export const setup = JSON.parse(document.getElementById("setup").textContent);

/** The words "section.name", with {places} filled. */
export function words(path, places = {}) {
  const [section, name] = path.split(".");
  return setup.texts[section][name].replace(/\{(\w+)\}/g, (_, place) => places[place]);
}

/** The element with this id. */
export const element = (id) => document.getElementById(id);

/** Change an element's text only when it differs, so that a quiet page costs nothing. */
export function say(target, text) {
  if (target.textContent !== text) target.textContent = text;
}
