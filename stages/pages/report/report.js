/* In the enlarged view, Esc closes and arrow keys lead to the figure before or after; without JavaScript links do. */
addEventListener("keydown", (event) => {
  const open = document.querySelector(".frame:target");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!open || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape") open.querySelector(".close").click();
  if (!step) return;
  event.preventDefault();
  const shown = [...document.querySelectorAll(".frame")].filter(
    (frame) => !frame.closest("details:not([open])") && frame.getClientRects().length,
  );
  const next = shown[shown.indexOf(open) + step];
  if (next) location.replace("#" + next.id);
});

/* What a link leads to is unfolded. */
const unfold = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target && target.closest("details:not([open])");
  if (!folded) return;
  folded.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", unfold);
unfold();
