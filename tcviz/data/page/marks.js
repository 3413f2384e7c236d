/* Marks as SVG: one function for each kind of face, in the order of their numbers. */

const SPACE = "http://www.w3.org/2000/svg";

function element(name, attributes = {}, ...children) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function makeMarks(page, colour) {
  const { texts, styles, palettes, looks, faces } = page.tables;
  const { cap, line: leading } = page.letters;
  const dashes = page.dash.join(" ");
  const sharp = "crispEdges";
  // One pixel at any scale: else some lines of a grid would be thicker than others.
  const hairline = { "shape-rendering": sharp, "vector-effect": "non-scaling-stroke" };

  function written(text, x, middle, size, ink, bold, anchor) {
    const y = (middle + cap * size / 2).toFixed(2);
    return element("text", { x, y, "font-size": size, fill: ink, "text-anchor": anchor,
      "font-weight": bold ? 700 : undefined }, text);
  }

  function lines(text, x, middle, size, ink, bold) {
    const rows = text.split("\n");
    const first = middle - (rows.length - 1) * leading * size / 2;
    return rows.map((row, i) =>
      written(row, x, first + i * leading * size, size, ink, bold, "middle"));
  }

  function cell(face, place) {
    const [text, style] = faces[face];
    const [fill, ink, line, flags, hatch] = styles[style];
    const [x, y, width, height, size] = place;
    const group = element("g", {}, element("rect", { x, y, width, height, fill: colour(fill) }));
    if (hatch >= 0) group.append(...hatched(place, texts[text], colour(fill), hatch));
    group.append(element("rect", { x, y, width, height, fill: "none", stroke: colour(line),
      "stroke-dasharray": flags & 2 ? dashes : undefined, ...hairline }));
    if (texts[text]) group.append(...lines(texts[text], x + width / 2, y + height / 2, size,
      colour(ink), flags & 1));
    return group;
  }

  // Hatching keeps off the digits.
  function hatched([x, y, width, height, size], text, fill, hatch) {
    const slanted = element("rect", { x, y, width, height, fill: `url(#hatch-${hatch})` });
    if (!text) return [slanted];
    const rows = text.split("\n");
    const letters = Math.max(...rows.map((row) => row.length));
    const wide = Math.min(width, (.66 * letters + .24) * size);
    const high = Math.min(height, (cap + leading * (rows.length - 1) + .32) * size);
    return [slanted, element("rect", { x: x + (width - wide) / 2, y: y + (height - high) / 2,
      width: wide, height: high, fill })];
  }

  function box([, look, x, y, width, height]) {
    const [line, stroke, fill, dash, radius] = looks[look];
    const inset = radius && line >= 0 ? stroke / 2 : 0;
    return element("rect", {
      x: x + inset, y: y + inset, width: width - 2 * inset, height: height - 2 * inset,
      rx: radius ? Math.max(0, radius - inset) : undefined,
      fill: fill < 0 ? "none" : colour(fill), stroke: line < 0 ? undefined : colour(line),
      "stroke-width": line < 0 ? undefined : stroke,
      "stroke-dasharray": dash ? dashes : undefined,
      "shape-rendering": radius ? undefined : sharp,
    });
  }

  // Fonts of the reader's take the room that was kept; what begins at the right ends at the left.
  function label([, look, x, y, text, wide, turned]) {
    const [size, ink, , bold, anchor] = looks[look];
    const made = written(text, x, y, size, colour(ink), bold, page.anchors[turned ? 2 - anchor : anchor]);
    if (wide) made.setAttribute("textLength", wide);
    if (wide) made.setAttribute("lengthAdjust", "spacingAndGlyphs");
    if (turned) made.setAttribute("direction", "rtl");
    return made;
  }

  function connector([, look, ...flat]) {
    const [ink, width, head] = looks[look];
    const points = [];
    for (let i = 0; i < flat.length; i += 2) points.push([flat[i], flat[i + 1]]);
    const group = element("g", {});
    if (head) group.append(arrowed(points, colour(ink)));
    group.prepend(element("polyline", { points: points.join(" "), fill: "none",
      stroke: colour(ink), "stroke-width": width, "shape-rendering": sharp }));
    return group;
  }

  // The line ends where its head begins.
  function arrowed(points, fill) {
    const [length, half] = page.head;
    const [[x0, y0], [x, y]] = points.slice(-2);
    let [dx, dy] = [Math.sign(x - x0), Math.sign(y - y0)];
    if (!dx === !dy) [dx, dy] = [1, 0];
    const [left, top] = [x - dx * length, y - dy * length];
    points[points.length - 1] = [left + dx, top + dy];
    const corners = [[left + dy * half, top + dx * half], [x, y],
      [left - dy * half, top - dx * half]];
    return element("polygon", { points: corners.join(" "), fill });
  }

  // Cells of one colour make one path, a run of them one rectangle.
  function heatmap([, look, x, y, width, height], index) {
    const [rows, cols, palette, line, signs] = looks[look];
    const paths = new Map();
    for (let row = 0; row < rows; row += 1)
      for (let start = row * cols, end = start; start < (row + 1) * cols; start = end) {
        while (end < (row + 1) * cols && index[end] === index[start]) end += 1;
        const run = `M${start - row * cols} ${row}h${end - start}v1h${start - end}z`;
        paths.set(index[start], (paths.get(index[start]) || "") + run);
      }
    const inner = element("g", { "shape-rendering": sharp,
      transform: `translate(${x} ${y}) scale(${width / cols} ${height / rows})` });
    for (const [number, d] of paths)
      inner.append(element("path", { d, fill: colour(palettes[palette][number]) }));
    const side = Math.min(width / cols, height / rows);
    if (signs >= 0 && side >= page.minus.least)
      inner.append(...minuses(palettes[signs], index, cols, side * rows / height));
    if (line < 0) return inner;
    return element("g", {}, inner, hairlines(x, y, width, height, rows, cols, line));
  }

  // Where tints do not tell the sign.
  function minuses(inks, index, cols, share) {
    const { long, thick } = page.minus;
    const paths = new Map();
    index.forEach((number, at) => {
      const ink = inks[number] >= 0 && colour(inks[number]);
      if (!ink) return;
      const [x, y] = [at % cols + (1 - long) / 2, Math.floor(at / cols) + .5];
      paths.set(ink, `${paths.get(ink) || ""}M${short(x)} ${y}h${long}`);
    });
    return [...paths].map(([stroke, d]) =>
      element("path", { d, fill: "none", stroke, "stroke-width": thick * share }));
  }

  const short = (length) => Math.round(length * 100) / 100;

  function hairlines(x, y, width, height, rows, cols, line) {
    let d = "";
    for (let i = 1; i < cols; i += 1) d += `M${x + width * i / cols} ${y}v${height}`;
    for (let i = 1; i < rows; i += 1) d += `M${x} ${y + height * i / rows}h${width}`;
    return element("path", { d, fill: "none", stroke: colour(line), ...hairline });
  }

  const kinds = [cell, box, label, connector, heatmap];
  return (face, extra) => kinds[face[0] || 0](face, extra);
}
