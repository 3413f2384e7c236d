/* The steps of one view: what is drawn in each, made of the first and of what changes. */

const KEEP = 32;  // so many steps lie between two that are kept whole

function makeTrack(sheet, frames, digits) {
  const kept = [];
  const numbers = new Map([...digits].map((digit, number) => [digit, number]));
  const cells = (text) => Uint8Array.from(text, (digit) => numbers.get(digit));
  const orders = sheet.orders.map(spread);
  const written = [], last = [];
  for (const [, changes] of frames) {
    let slot = 0;
    changes.forEach((face, i) => {
      if (typeof face === 'number' && face < 0) {
        slot -= face;
        return;
      }
      if (typeof face === 'string') changes[i] = [...last[slot].slice(0, -1), face];
      else if (face.length === 1) changes[i] = written[face[0]];
      else if (face.length) {
        const [kind, look, , , ...rest] = face.length === 2 ? last[slot] : [];
        if (kind) changes[i] = [kind, look, ...face, ...rest];
        written.push(changes[i]);
      }
      last[slot++] = changes[i];
    });
  }
  let now = { step: -1, order: [], faces: [], heats: new Map() };

  function spread(runs) {
    const slots = [];
    for (let i = 0; i < runs.length; i += 2)
      for (let n = 0; n < runs[i + 1]; n += 1) slots.push(runs[i] + n);
    return slots;
  }

  function heated(old, parts) {
    if (parts[0] < 0) return cells(parts[1]);
    const made = old.slice();
    for (let i = 0; i < parts.length; i += 2) made.set(cells(parts[i + 1]), parts[i]);
    return made;
  }

  function advance(state) {
    state.step += 1;
    const [order, changes, heats, said] = frames[state.step];
    state.order = orders[order];
    let slot = 0;
    for (const face of changes)
      if (face < 0) slot -= face;
      else state.faces[slot++] = face;
    for (const [at, ...parts] of heats)
      state.heats.set(at, heated(state.heats.get(at), parts));
    state.said = said;
    if (state.step % KEEP === 0) kept[state.step / KEEP] = copied(state);
  }

  const copied = (state) =>
    ({ ...state, faces: state.faces.slice(), heats: new Map(state.heats) });

  function at(step) {
    const before = Math.min(Math.floor(step / KEEP), kept.length - 1);
    if (now.step > step || before * KEEP > now.step) now = copied(kept[before]);
    while (now.step < step) advance(now);
    return now;
  }

  return { at };
}
