/* Pointing at a cell, or moving to it with the keys: what made it, and what it makes. */

const HINT = "Point at a cell of the input or of the output, or go there with the Tab and arrow "
  + "keys: this is where its sum is written out. A click keeps it, Escape lets it go.";

function makePointing(page, sheet, picture, stage, told) {
  const table = sheet.table === null ? null : makeTable(page.contributions[sheet.table]);
  let panels = picture.panels();
  const flipped = [...panels.keys()].some((key) => page.panels[key]?.[0] === "kernel");
  const targets = table ? [...panels].flatMap(target) : [];
  let hovered = null;
  let pinned = null;

  // Panels of which the table knows the cells: the sizes must agree.
  function target([key, panel]) {
    const [tensor, channel, depth] = page.panels[key] ?? [];
    if (tensor !== (channel === null ? "output" : "x")) return [];
    const size = channel === null ? table.sizes.output : table.sizes.input;
    const [rows, cols] = [size.length > 1 ? size[size.length - 2] : 1, size[size.length - 1]];
    const fits = panel.rows === rows && panel.cols === cols
      && (channel ?? 0) < table.channels.length
      && (size.length === 3) === (depth !== null);
    if (!fits) return [];
    const before = depth === null ? [] : [depth];
    return [button({ key, rows, cols, channel, size, before, at: null })];
  }

  function button(one) {
    const { channel } = one;
    const made = document.createElement("button");
    const [width, height] = sheet.canvas;
    const [left, top, wide, high] = around(panels.get(one.key));
    const share = { left: left / width, top: top / height, width: wide / width,
      height: high / height };
    for (const [key, value] of Object.entries(share)) made.style[key] = `${100 * value}%`;
    made.type = "button";
    made.className = "panel-target";
    const several = table.channels.length > 1 && channel !== null;
    const name = channel === null ? "Output" : "Input";
    const slice = one.before.length ? `, slice ${one.before[0]}` : "";
    made.setAttribute("aria-label", name
      + (several ? `, channel ${table.channels[channel].channel}` : "") + slice
      + `, ${one.rows} by ${one.cols}: arrow keys move from cell to cell, Enter keeps one`);
    listen(made, one);
    one.button = made;
    return one;
  }

  function listen(made, one) {
    const cell = (event) => {
      const { left, top, width, height } = picture.svg.getBoundingClientRect();
      return nearest(panels.get(one.key), (event.clientX - left) / width * sheet.canvas[0],
        (event.clientY - top) / height * sheet.canvas[1]);
    };
    made.addEventListener("pointermove", (event) => hover(one, cell(event)));
    made.addEventListener("pointerleave", () => unhover());
    // Who comes with the keyboard moves on with it; after a click the arrows go on with the steps.
    made.addEventListener("focus", () => {
      one.keyed = made.matches(":focus-visible");
      if (one.keyed) hover(one, one.at || [0, 0]);
    });
    made.addEventListener("blur", () => unhover());
    made.addEventListener("click", (event) => {
      if (event.detail) one.at = cell(event);  // else a key pressed it
      pin(pick(one, one.at || [0, 0]));
    });
    made.addEventListener("keydown", (event) => { if (one.keyed) moved(one, event); });
  }

  function moved(one, event) {
    const { rows, cols } = one;
    const [row, col] = one.at || [0, 0];
    const to = { ArrowUp: [row - 1, col], ArrowDown: [row + 1, col], ArrowLeft: [row, col - 1],
      ArrowRight: [row, col + 1], Home: [row, 0], End: [row, cols - 1] }[event.key];
    if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    hover(one, [Math.min(rows - 1, Math.max(0, to[0])), Math.min(cols - 1, Math.max(0, to[1]))]);
  }

  const pick = (one, at) => ({ channel: one.channel,
    at: [...one.before, ...at].slice(-one.size.length) });
  const alike = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  function hover(one, at) {
    one.at = at;
    const next = pick(one, at);
    if (alike(next, hovered)) return;
    hovered = next;
    show();
  }

  function unhover() {
    hovered = null;
    show();
  }

  function pin(next) {
    pinned = next && alike(next, pinned) ? null : next;
    show();
    told.pinned(pinned);
  }

  function show() {
    const shown = hovered || pinned;
    panels = picture.panels();
    picture.lit.replaceChildren();
    for (const one of targets) one.button.setAttribute("aria-pressed",
      Boolean(pinned) && one.channel === pinned.channel && alike(pick(one, one.at || []), pinned));
    if (!shown) return told.nothing(table ? HINT : "");
    return shown.channel === null ? showOutput(shown) : showInput(shown);
  }

  function showOutput({ at }) {
    const sum = table.output(at);
    for (const { channel, input, tap } of sum.terms) {
      const { x, w } = table.term(channel, input, tap);
      light(`x.${channel}`, input, x);
      weights(channel, tap, w);
    }
    light("output", at, null, true);
    told.output(sum);
  }

  function showInput({ channel, at }) {
    const made = table.input(channel, at);
    for (const { output, tap, product, w } of made.reached) {
      light("output", output, product?.replace(/^\u2248 /, ""));
      weights(channel, tap, w);
    }
    light(`x.${channel}`, at, null, true);
    told.input(made);
  }

  function weights(channel, tap, text) {
    light(`${flipped ? "kernel" : "w"}.${channel}`, tap, text);
    if (flipped) light(`w.${channel}`, tap.map((k, axis) => table.sizes.kernel[axis] - 1 - k), text);
  }

  // A cell that takes part; the one that is pointed at stays as it is, in a thick frame.
  function light(name, at, text, chosen = false) {
    const slice = at.length > 2 ? `.d${at[0]}` : "";
    const [row, col] = at.length > 1 ? at.slice(-2) : [0, at[0]];
    const place = panels.get(name + slice)?.cell(row, col);
    if (!place) return;
    const [x, y, width, height, size] = place;
    const [line, ink] = page.lit[told.theme()];
    const hollow = chosen || !size;
    picture.lit.append(element("rect", { x, y, width, height,
      fill: hollow ? "none" : line, stroke: hollow ? line : ink,
      "stroke-width": chosen ? 4 : hollow ? 2 : 1 }));
    if (!hollow && text) writeIn(place, text, ink);
  }

  function writeIn([x, y, wide, high, given], text, fill) {
    const size = Math.min(given, (wide - 4) / (.64 * text.length));
    if (size < 7) return;
    picture.lit.append(element("text", { x: x + wide / 2,
      y: y + high / 2 + page.letters.cap * size / 2, "font-size": size.toFixed(2),
      "font-weight": 700, "text-anchor": "middle", fill }, text));
  }

  // What was pinned in another view, or before the window was turned, may be pinned here too, if
  // it is of the same example; and what had the focus has it again.
  function keep({ sizes, pinned: one, focused }) {
    const same = table && alike(sizes, table.sizes);
    const pinnable = same && one && (one.channel === null || table.channels[one.channel]?.x.said);
    pinned = pinnable ? one : null;
    const target = same && targets.find(({ key }) => key === focused?.key);
    if (target) {
      target.at = focused.at;
      target.button.focus();
    }
    show();
  }

  const forget = () => targets.forEach((one) => one.button.remove());
  stage.append(...targets.map((one) => one.button));
  const kept = () => ({ sizes: table && table.sizes, pinned,
    focused: targets.find((one) => one.button === document.activeElement) });
  const follow = () => { if (hovered || pinned) show(); };
  return { show, follow, pin, pinned: () => pinned, kept, keep, forget };
}
