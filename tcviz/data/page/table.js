/* Who made what: the table of contributions, read but never computed. */

const MOST_TERMS = 400;

function makeTable(table) {
  const { sizes, channels } = table;
  const number = (at, size) => at.reduce((sum, i, axis) => sum * size[axis] + i, 0);

  // All pairs of what each axis pairs, the first axis outside.
  function pairs(axes, at) {
    return at.reduce((met, i, axis) => met.flatMap(([others, taps]) =>
      axes[axis][i].map(([other, tap]) => [[...others, other], [...taps, tap]])), [[[], []]]);
  }

  function term(channel, input, tap) {
    const { x, w, products } = channels[channel];
    const [i, k] = [x.at[number(input, sizes.input)], w.at[number(tap, sizes.kernel)]];
    const product = products ? products[i][k] : null;
    const factors = x.factors ? `${x.factors[i]}\u00b7${w.factors[k]}` : product;
    return { product, factors, x: x.texts[i], w: w.texts[k] };
  }

  // One output element: everything that it is the sum of.
  function output(at) {
    const here = number(at, sizes.output);
    const met = pairs(table.made, at);
    const terms = met.length ? channels.flatMap((_, channel) =>
      met.map(([input, tap]) => ({ channel, input, tap }))) : [];
    const written = terms.slice(0, MOST_TERMS).map((t) => term(t.channel, t.input, t.tap).factors);
    const more = terms.length - written.length;
    if (more) written.push(`\u2026 (${more} more)`);
    return {
      head: table.heads[here],
      terms,
      written,
      tail: terms.length ? table.tail : "",
      result: terms.length ? (table.results ? table.results[here] : "") : `= ${table.nothing}`,
    };
  }

  // One input element: everything that it is a part of.
  function input(channel, at) {
    const reached = pairs(table.reaches, at).map(([output, tap]) =>
      ({ output, tap, head: table.heads[number(output, sizes.output)], ...term(channel, at, tap) }));
    const said = channels[channel].x.said;
    return { said: said ? said[number(at, sizes.input)] : "", reached };
  }

  return { sizes, channels, output, input, term };
}
