/* When to work: what a frame shows is computed once in it, and long work gives way to the next frame. */

const SHARE = 8; // milliseconds of a frame (16 at 60 a second) that long work may take

const unfinished = new Set();

/** Whether everything that was asked for has been drawn. */
export function resting() {
  return unfinished.size === 0;
}

/** A function that makes `draw` run in the next frame: once, however often it is called before. */
export function oncePerFrame(draw) {
  return () => {
    if (unfinished.has(draw)) return;
    unfinished.add(draw);
    requestAnimationFrame(() => {
      unfinished.delete(draw);
      draw();
    });
  };
}

/** A function that starts a generator of small steps, some of them a frame; the last one started is the only one that goes on. */
export function littleByLittle() {
  let latest;
  return (steps) => {
    unfinished.delete(latest);
    unfinished.add(steps);
    latest = steps;
    const work = () => {
      const end = performance.now() + SHARE;
      do {
        if (latest !== steps) return;
        if (steps.next().done) return void unfinished.delete(steps);
      } while (performance.now() < end);
      requestAnimationFrame(work);
    };
    work();
  };
}

/** A function that does something with a value, unless it is the one of the last time. */
export function whenNew() {
  let last;
  return (value, act) => {
    if (value === last) return;
    last = value;
    act(value);
  };
}

/** Calls `step(share)` each frame with a share that goes from 0 to 1 in so many milliseconds; returns what stops it. */
export function animate(duration, step) {
  let begin, stopped;
  const frame = (now) => {
    if (stopped) return;
    begin ??= now;
    const share = Math.min((now - begin) / duration, 1);
    step(share);
    if (share < 1) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  return () => {
    stopped = true;
  };
}
