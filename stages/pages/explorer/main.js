/* The page begins here: the run is unpacked, and what the address says is shown. */

import { every, find } from "./dom.js";
import { diceView } from "./dice.js";
import { drawView } from "./draw.js";
import { oncePerFrame, resting } from "./frames.js";
import { crossing, guide } from "./guide.js";
import { mapsView } from "./maps.js";
import { planeView } from "./plane.js";
import { openRun } from "./run.js";
import { slidersView } from "./sliders.js";
import { State } from "./state.js";
import { strokesView } from "./strokes.js";
import { trainingView } from "./training.js";

const VIEWS = {
  plane: planeView,
  maps: mapsView,
  dice: diceView,
  sliders: slidersView,
  draw: drawView,
  strokes: strokesView,
  training: trainingView,
};

/** What is shown where the address says nothing. An epoch or a noise below 0 stands for the run's own. */
function defaults(run) {
  const corners = crossing(run);
  const space = run.models.find(({ kind }) => kind !== "sparse")?.key ?? "pixels";
  const choices = { view: "plane", scene: "", space, on: run.models[0].key, hidden: "", corner: "a", moved: "", sketch: "" };
  return { ...choices, ...corners, u: 0.35, v: 0.3, image: corners.a, seed: 1, sigma: 1, fitted: 0, noise: -1, strokes: 5, epoch: -1 };
}

/** Tabs as the ARIA practices want them: one is in the order of focus, arrow keys lead to the others. */
function tabsOf(root, state) {
  const tabs = every(root, "[role=tab]");
  for (const [place, tab] of tabs.entries()) {
    tab.addEventListener("click", () => state.set({ view: tab.dataset.view, scene: "" }));
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const next = tabs.at(to % tabs.length);
      next.focus();
      next.click();
    });
  }
  return (view) => {
    for (const tab of tabs) {
      const selected = tab.dataset.view === view;
      tab.setAttribute("aria-selected", selected);
      tab.tabIndex = selected ? 0 : -1;
      find(root, `#${tab.dataset.view}`).hidden = !selected;
    }
    const chosen = tabs.find(({ dataset }) => dataset.view === view);
    chosen.parentElement.scrollLeft = chosen.offsetLeft - 40; // on a phone the tabs are wider than the screen
  };
}

async function main() {
  const root = find(document, "#explorer");
  root.hidden = false;
  const run = await openRun();
  const state = new State(defaults(run));
  const [tabs, scenes, drawn] = [tabsOf(root, state), guide(root, run, state), new Map()];
  let shown;
  const draw = () => {
    const view = VIEWS[state.get("view")] ? state.get("view") : "plane";
    if (view !== shown) tabs(view); // before a view is made: canvases take their size from what is seen
    shown = view;
    scenes();
    if (!drawn.has(view)) drawn.set(view, VIEWS[view](find(root, `#${view}`), run, state));
    drawn.get(view)();
    document.documentElement.dataset.drawn = Number(document.documentElement.dataset.drawn ?? 0) + 1;
  };
  const soon = oncePerFrame(draw);
  state.onChange(soon);
  addEventListener("resize", soon);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", soon);
  draw();
  find(root, ".loading").hidden = true;
  window.explorer = { run, state, resting }; // for those who check or measure the page
  document.documentElement.dataset.ready = "1";
}

await main().catch((error) => {
  const place = find(document, ".loading");
  place.setAttribute("role", "alert");
  place.textContent = error.message;
});
