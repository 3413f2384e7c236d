/* Where one is, and going on by itself: one clock for all views. */

function makePlayer(page, show) {
  const sheets = page.sheets;
  let view = 0;
  let share = 0;  // of the way from the first step to the last, the same in every view
  let step = 0;
  let timer = 0;
  let rounds = 0;
  let speed = 1;

  const last = () => sheets[view].steps.length - 1;

  function go(to, glide = 0) {
    step = Math.min(last(), Math.max(0, to));
    share = last() ? step / last() : share;
    show({ view, step, playing: Boolean(timer) }, glide);
  }

  function look(at) {
    view = at;
    step = Math.round(share * last());
    if (timer) wait();
    show({ view, step, playing: Boolean(timer) }, 0);
  }

  function wait() {
    clearTimeout(timer);
    const { step: each, hold, glide } = page.seconds;
    const seconds = step === last() ? hold : each + glide;
    timer = setTimeout(next, 1000 * seconds / speed);
  }

  function next() {
    if (step < last()) {
      go(step + 1, page.seconds.glide / speed);
      return wait();
    }
    rounds += 1;
    if (page.loop && rounds >= page.loop) return pause();
    go(0);
    return wait();
  }

  function play() {
    rounds = 0;
    if (!last()) return;
    wait();
    go(step === last() ? 0 : step);
  }

  function pause() {
    clearTimeout(timer);
    timer = 0;
    show({ view, step, playing: false }, 0);
  }

  function stop(to) {
    clearTimeout(timer);
    timer = 0;
    go(to);
  }

  return {
    look,
    to: stop,
    first: () => stop(0),
    back: () => stop(step - 1),
    on: () => stop(step + 1),
    last: () => stop(last()),
    play: () => (timer ? pause() : play()),
    faster: (times) => { speed = times; if (timer) wait(); },
  };
}
