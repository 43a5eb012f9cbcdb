// Stills of the patient in the room: kept in the record, shown on every screen, chosen for the report by a key.

import { writeClock } from "./room_lists.js";
import { drawThumbnail } from "./stills.js";
import { element, say, setup, words } from "./setup.js";
import { ActError, post } from "./post.js";
import { toast } from "./toast.js";

export class RoomStills {
  #list = element("stills");
  #buttons = new Map(); // sha256 to its button

  constructor(state) {
    this.state = state;
    state.listen((now) => this.show(now.stills));
  }

  /** Keep the picture with this sequence number; `canvas` shows it now. */
  async take(sequence, canvas) {
    if (sequence === null) return;
    element("flash").animate([{ opacity: 0.55 }, { opacity: 0 }], { duration: 220, easing: "ease-out" });
    const item = document.createElement("li");
    item.className = "pending";
    item.append(drawThumbnail(canvas));
    this.#list.prepend(item);
    try {
      await post(`${setup.acts}/still`, { sequence });
      await this.state.fetch();
      toast(words("room_still.taken", { number: this.#buttons.size }));
    } catch (error) {
      if (!(error instanceof ActError)) throw error;
      toast(`${words("acts.still_failed")} ${error.message}`, true);
    } finally {
      item.remove();
    }
  }

  /** The plain strip's numbers mean nothing here. */
  tell() {}

  show(stills) {
    stills.forEach((still, at) => this.#showOne(still, at + 1));
    say(element("still-count"), String(stills.length));
  }

  /** Put the newest still into the report, or take it out. */
  async chooseNewest() {
    const stills = this.state.now?.stills ?? [];
    const still = stills.at(-1);
    if (still === undefined) {
      toast(words("room_still.none"), true);
      return;
    }
    const wish = { still: still.sha256, is_chosen: !still.is_chosen, caption: still.caption };
    try {
      await post(`${setup.acts}/acts/StillChosen`, wish);
      toast(words(wish.is_chosen ? "room_still.chosen" : "room_still.not_chosen", { number: stills.length }));
      await this.state.fetch();
    } catch (error) {
      if (!(error instanceof ActError)) throw error;
      toast(error.message, true);
    }
  }

  clear() {
    this.#buttons.clear();
    this.#list.replaceChildren();
    say(element("still-count"), "0");
  }

  #showOne(still, number) {
    let button = this.#buttons.get(still.sha256);
    if (button === undefined) {
      button = document.createElement("button");
      button.type = "button";
      const picture = new Image();
      picture.src = `${setup.acts}/stills/${still.sha256}?is_small=true`;
      picture.alt = "";
      const label = document.createElement("span");
      label.textContent = String(number);
      button.append(picture, label);
      button.addEventListener("click", () => this.#open(still.sha256, number));
      const item = document.createElement("li");
      item.append(button);
      this.#list.prepend(item);
      this.#buttons.set(still.sha256, button);
    }
    button.classList.toggle("chosen", still.is_chosen);
    const title = still.is_chosen ? "room_still.title_chosen" : "room_still.title";
    button.setAttribute("aria-label", words(title, { number, time: writeClock(still.taken_utc) }));
  }

  #open(sha256, number) {
    const still = this.state.now.stills.find((one) => one.sha256 === sha256);
    say(element("still-title"), words("room_still.title", { number, time: writeClock(still.taken_utc) }));
    const picture = element("still-picture");
    picture.src = `${setup.acts}/stills/${sha256}`;
    picture.alt = element("still-title").textContent;
    const fields = element("choose-form").elements;
    fields.still.value = sha256;
    fields.is_chosen.checked = still.is_chosen;
    fields.caption.value = still.caption;
    element("still-dialog").showModal();
  }
}
