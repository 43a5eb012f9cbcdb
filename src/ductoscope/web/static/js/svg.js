// Parts of a drawing.

const SVG = "http://www.w3.org/2000/svg";

/** One element of an SVG drawing, with its attributes. */
export function draw(name, values) {
  const part = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) part.setAttribute(key, value);
  return part;
}

/** A text in an SVG drawing. */
export function write(text, x, y, anchor) {
  const part = draw("text", { x, y, "text-anchor": anchor });
  part.textContent = text;
  return part;
}
