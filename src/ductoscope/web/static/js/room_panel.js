// The panel's groups: one is open, chosen by touch, by its own key, or with the arrow keys among the tabs.

export class Panel {
  #tabs = [...document.querySelectorAll("#panel [role=tab]")];

  /** onOpen(name, byKey): a group was opened. */
  constructor(onOpen) {
    this.onOpen = onOpen;
    this.current = null;
    for (const tab of this.#tabs) {
      tab.addEventListener("click", () => this.open(tab.dataset.group));
      tab.addEventListener("keydown", (event) => this.#walk(event, tab));
    }
    this.open("clocks");
  }

  /** Open a group; byKey moves the keyboard into it. */
  open(name, { byKey = false } = {}) {
    document.body.classList.remove("is-panel-away");
    for (const tab of this.#tabs) {
      const isChosen = tab.dataset.group === name;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      document.getElementById(`group-${tab.dataset.group}`).hidden = !isChosen;
    }
    this.current = name;
    this.onOpen(name, byKey);
    if (byKey) this.#focusInto(document.getElementById(`group-${name}`));
  }

  toggle() {
    document.body.classList.toggle("is-panel-away");
  }

  #focusInto(group) {
    const fitting = "[role=slider], input:not([type=hidden]), select, textarea, button";
    const first = [...group.querySelectorAll(fitting)].find((one) => !one.disabled && one.offsetParent !== null);
    (first ?? group).focus({ focusVisible: true });
    group.scrollTop = 0;
  }

  #walk(event, tab) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const at = this.#tabs.indexOf(tab);
    const last = this.#tabs.length - 1;
    let to = event.key === "Home" ? 0 : event.key === "End" ? last : null;
    if (step !== undefined) to = (at + step + this.#tabs.length) % this.#tabs.length;
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.open(this.#tabs[to].dataset.group);
    this.#tabs[to].focus();
  }
}
