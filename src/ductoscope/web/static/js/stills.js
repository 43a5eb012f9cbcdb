// Stills: a flash and a thumbnail at once, then the server's word that it is kept.

import { element, say, words } from "./setup.js";
import { ActError, post } from "./post.js";
import { toast } from "./toast.js";

const THUMBNAIL_PX = 160;

export class Stills {
  #known = new Set();
  #list = element("stills");

  /** Keep the picture with this sequence number; `canvas` shows it now. */
  async take(sequence, canvas) {
    if (sequence === null) return;
    element("flash").animate([{ opacity: 0.55 }, { opacity: 0 }], { duration: 220, easing: "ease-out" });
    const { item, button } = this.#add(drawThumbnail(canvas));
    item.classList.add("pending");
    try {
      const { number } = await post("/api/still", { sequence });
      item.classList.remove("pending");
      this.#name(button, number);
      toast(words("acts.still_taken", { number }));
    } catch (error) {
      if (!(error instanceof ActError)) throw error;
      item.remove();
      this.#count();
      toast(`${words("acts.still_failed")} ${error.message}`, true);
    }
  }

  /** Show the stills that other screens took too. */
  tell(numbers) {
    if (this.#list.querySelector(".pending")) return; // one of these may be ours, still unnamed
    for (const number of numbers) {
      if (this.#known.has(number)) continue;
      const picture = new Image();
      picture.src = `/api/stills/${number}?is_small=true`;
      picture.alt = "";
      this.#name(this.#add(picture).button, number);
    }
  }

  /** Forget every still. */
  clear() {
    this.#known.clear();
    this.#list.replaceChildren();
    this.#count();
  }

  #add(picture) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.disabled = true;
    button.append(picture);
    item.append(button);
    this.#list.prepend(item);
    this.#count();
    return { item, button };
  }

  #name(button, number) {
    this.#known.add(number);
    button.disabled = false;
    button.setAttribute("aria-label", words("acts.still_title", { number }));
    const label = document.createElement("span");
    label.textContent = String(number);
    button.append(label);
    button.addEventListener("click", () => {
      say(element("still-title"), words("acts.still_title", { number }));
      const picture = element("still-picture");
      picture.src = `/api/stills/${number}`;
      picture.alt = words("acts.still_title", { number });
      element("still-dialog").showModal();
    });
  }

  #count() {
    say(element("still-count"), String(this.#list.children.length));
  }
}

/** A small copy of what a canvas shows now. */
export function drawThumbnail(canvas) {
  const small = document.createElement("canvas");
  small.width = small.height = THUMBNAIL_PX;
  small.getContext("2d", { alpha: false }).drawImage(canvas, 0, 0, THUMBNAIL_PX, THUMBNAIL_PX);
  return small;
}
