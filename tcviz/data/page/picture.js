/* The picture of one sheet: an SVG in which only what changed is drawn anew. */

function makePicture(page, sheet, frames, colour) {
  const [width, height] = sheet.canvas;
  const { looks, styles } = page.tables;
  const drawn = makeMarks(page, colour);
  const track = makeTrack(sheet, frames, page.digits);
  const shown = new Map();
  const title = element("title", {}, sheet.title);
  const said = element("desc");
  const paper = element("rect", { width, height });
  const marks = element("g", { "font-family": FAMILIES });
  const lit = element("g", { "font-family": FAMILIES });
  const hatches = element("defs");
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
    "xml:space": "preserve" },
    title, said, hatches, paper, marks, lit);
  let order = [];
  let current = -1;
  name(title, "aria-labelledby");
  name(said, "aria-describedby");

  function name(part, attribute) {
    part.id = `${sheet.view}-${part.nodeName}`;
    svg.setAttribute(attribute, part.id);
  }

  function place(slot) {
    const [grid, row = 0, col = 0] = slot;
    const [, x, y, wide, high, size] = sheet.grids[grid];
    return [x + col * wide, y + row * high, wide, high, size];
  }

  function node(state, slot, glide) {
    const [face, heat, old] = [state.faces[slot], state.heats.get(slot), shown.get(slot)];
    if (old && old.face === face && old.heat === heat) return old.node;
    const at = sheet.slots[slot];
    const made = drawn(face, Array.isArray(at) ? place(at) : heat);
    if (glide && old && face[0] === 1 && looks[face[1]][5]) glided(made, old.face, face, glide);
    if (old && old.node.parentNode === marks) old.node.replaceWith(made);
    shown.set(slot, { face, heat, node: made });
    return made;
  }

  // Only frames glide, as in the other formats.
  function glided(made, from, to, seconds) {
    const box = ([, , x, y, w, h]) =>
      ({ x: `${x}px`, y: `${y}px`, width: `${w}px`, height: `${h}px` });
    made.animate?.([box(from), box(to)],
      { duration: 1000 * seconds, easing: "cubic-bezier(.65, 0, .35, 1)" });
  }

  function draw(step, glide = 0, words = said.textContent) {
    const state = track.at(step);
    const nodes = state.order.map((slot) => node(state, slot, glide));
    if (order !== state.order || current < 0) marks.replaceChildren(...nodes);
    order = state.order;
    current = step;
    said.textContent = words;
  }

  function sentence(step) {
    const state = track.at(step);
    if (typeof state.said === "string") return state.said;
    const words = ["sentence", "detail"].map((key) => {
      const slot = state.order.find((one) => sheet.slots[one] === key);
      return slot === undefined ? "" : state.faces[slot][4];
    });
    const joined = words.filter(Boolean).join(state.said ? " " : ". ");
    return joined.replaceAll(page.space, ". ");
  }

  function paint(background) {
    const used = new Set(styles.map((style) => style[4]).filter((hatch) => hatch >= 0));
    hatches.replaceChildren(...[...used].map(hatching));
    paper.setAttribute("fill", background);
    shown.clear();
    const step = current;
    current = -1;
    if (step >= 0) draw(step);
  }

  // Lines on which x + y is a multiple of the pitch, in step from cell to cell.
  function hatching(hatch) {
    const pitch = page.hatch;
    return element("pattern", { id: `hatch-${hatch}`, width: pitch, height: pitch,
      patternUnits: "userSpaceOnUse" },
      element("path", { d: `M-1 1l2 -2M0 ${pitch}L${pitch} 0M${pitch - 1} ${pitch + 1}l2 -2`,
        stroke: colour(hatch) }));
  }

  const panels = () => panelsOf(page, sheet, track.at(current), place);
  return { svg, lit, draw, sentence, paint, panels };
}

/* Where the panels lie now, and each of their cells: grids of cells, and heatmaps, by their keys. */
function panelsOf(page, sheet, state, place) {
  const panels = new Map();
  for (const at of state.order) {
    const slot = sheet.slots[at];
    if (Array.isArray(slot) && slot.length > 1) addCell(panels, sheet, slot, place(slot));
  }
  for (const [at] of state.heats)
    panels.set(sheet.slots[at], heated(page.tables.looks, state.faces[at]));
  return panels;
}

// Cells need not touch, and some move from step to step.
function addCell(panels, sheet, [grid, row, col], at) {
  const [key] = sheet.grids[grid];
  if (!panels.has(key)) {
    const cells = new Map();
    panels.set(key, { rows: 0, cols: 0, cells, cell: (r, c) => cells.get(`${r},${c}`) });
  }
  const panel = panels.get(key);
  panel.cells.set(`${row},${col}`, at);
  panel.rows = Math.max(panel.rows, row + 1);
  panel.cols = Math.max(panel.cols, col + 1);
}

function heated(looks, [, look, x, y, width, height]) {
  const [rows, cols] = looks[look];
  const [wide, high] = [width / cols, height / rows];
  return { rows, cols, cell: (row, col) => [x + col * wide, y + row * high, wide, high, 0] };
}

// The rectangle around all cells.
function around({ rows, cols, cells, cell }) {
  const all = cells ? [...cells.values()] : [cell(0, 0), cell(rows - 1, cols - 1)];
  const [left, top] = [0, 1].map((axis) => Math.min(...all.map((at) => at[axis])));
  const [right, bottom] = [0, 1].map((axis) => Math.max(...all.map((at) => at[axis] + at[axis + 2])));
  return [left, top, right - left, bottom - top];
}

// The cell at a point, or the nearest one.
function nearest(panel, x, y) {
  const { rows, cols, cells, cell } = panel;
  if (!cells) {
    const [left, top, wide, high] = cell(0, 0);
    const within = (at, count) => Math.min(count - 1, Math.max(0, Math.floor(at)));
    return [within((y - top) / high, rows), within((x - left) / wide, cols)];
  }
  const far = ([left, top, wide, high]) => Math.hypot(
    Math.max(left - x, 0, x - left - wide), Math.max(top - y, 0, y - top - high));
  let [best, found] = [Infinity, ""];
  for (const [key, at] of cells) if (far(at) < best) [best, found] = [far(at), key];
  return found.split(",").map(Number);
}
