/* The whole state of the page is in its address, so that a link leads to just this view.

   #view=plane&a=3&b=14&u=0.4: what is not there is as in the defaults. Writing is put off until things rest, for browsers
   allow few changes of the address a second; a change of view is a step that the browser's back button undoes. */

const REST = 250; // milliseconds

export class State {
  #defaults;
  #values;
  #listeners = [];
  #timer;

  constructor(defaults) {
    this.#defaults = defaults;
    this.#values = this.#read();
    addEventListener("popstate", () => {
      clearTimeout(this.#timer);
      this.#values = this.#read();
      this.#tell();
    });
  }

  get(name) {
    return this.#values[name];
  }

  /** Takes over the values in `patch` and tells everybody; nothing happens where nothing changes. */
  set(patch) {
    const changed = Object.keys(patch).filter((name) => this.#values[name] !== patch[name]);
    if (!changed.length) return;
    clearTimeout(this.#timer);
    if (changed.includes("view")) {
      history.replaceState(null, "", this.address());
      this.#values = { ...this.#values, ...patch };
      history.pushState(null, "", this.address());
    } else {
      this.#values = { ...this.#values, ...patch };
      this.#timer = setTimeout(() => history.replaceState(null, "", this.address()), REST);
    }
    this.#tell();
  }

  onChange(listener) {
    this.#listeners.push(listener);
  }

  address() {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(this.#values)) {
      if (value !== this.#defaults[name]) query.set(name, typeof value === "number" ? +value.toFixed(4) : value);
    }
    return `#${query}`;
  }

  /** What the address says, as far as it is of the kind that the defaults are of. */
  #read() {
    const query = new URLSearchParams(location.hash.slice(1));
    const values = { ...this.#defaults };
    for (const [name, usual] of Object.entries(this.#defaults)) {
      if (!query.has(name)) continue;
      const value = typeof usual === "number" ? Number(query.get(name)) : query.get(name);
      if (value === value) values[name] = value; // not NaN
    }
    return values;
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
