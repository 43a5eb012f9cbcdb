// What the server tells the page once: words, keys, and the room's measures.

export const setup = JSON.parse(document.getElementById("setup").textContent);

/** The words "section.name", with {places} filled; `otherwise` when there are none. */
export function words(path, places = {}, otherwise = undefined) {
  const [section, name] = path.split(".");
  const text = setup.texts[section]?.[name];
  if (text === undefined && otherwise !== undefined) return otherwise;
  return text.replace(/\{(\w+)\}/g, (_, place) => places[place]);
}

/** The element with this id. */
export const element = (id) => document.getElementById(id);

/** Change an element's text only when it differs, so that a quiet page costs nothing. */
export function say(target, text) {
  if (target.textContent !== text) target.textContent = text;
}
