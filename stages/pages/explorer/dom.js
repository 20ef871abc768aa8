/* Short names for what every view does to the page. */

export function find(root, selector) {
  return root.querySelector(selector);
}

export function every(root, selector) {
  return [...root.querySelectorAll(selector)];
}

/** An element with these properties (`dataset`, `style` and `aria` as mappings) and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  const { dataset = {}, style = {}, aria = {}, ...others } = properties;
  Object.assign(element, others);
  Object.assign(element.dataset, dataset);
  for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value);
  for (const [name, value] of Object.entries(aria)) element.setAttribute(`aria-${name}`, value);
  element.append(...children);
  return element;
}

/** A copy of the one element within a <template>. */
export function copyOf(root, selector) {
  return find(root, selector).content.firstElementChild.cloneNode(true);
}

export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/** Whether the reader has asked for pages that hold still. */
export function still() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Where in `element` the pointer is, from 0 to 1 each way. */
export function placeIn(element, event) {
  const box = element.getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
}

/** Calls `move(event)` when `element` is pressed, and while the pressed pointer moves, wherever it goes. */
export function onDrag(element, move) {
  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    element.setPointerCapture(event.pointerId);
    move(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) move(event);
  });
}
