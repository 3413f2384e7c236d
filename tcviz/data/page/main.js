/* The page: its controls, and what they say. */

const byId = (id) => document.getElementById(id);
const data = (id) => JSON.parse(byId(id).textContent);
const root = document.documentElement;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
// Where an upright picture is larger than a wide one.
const upright = matchMedia("(max-width: 30rem), (max-width: 56rem) and (max-aspect-ratio: 4/5)");

const page = data("page");
const fonts = data("fonts");
const views = page.sheets.slice(0, page.views);
const pictures = [];
let theme = "";
let shown = { view: -1, step: 0, playing: false };
let laid = -1;  // the number of the sheet that is shown
let pointing = null;

const colour = (number) => page.tables.colours[theme][number];
const sheet = () => page.sheets[laid];

function made(name, text, attributes = {}) {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function picture(number) {
  if (!pictures[number]) {
    pictures[number] = makePicture(page, page.sheets[number], data(`frames-${number}`), colour);
    pictures[number].paint(page.paper[theme]);
  }
  return pictures[number];
}

const fitting = (view) => (upright.matches && page.sheets[view].narrow) || view;

/* What is shown. */

function show(now, glide) {
  const before = laid;
  shown = now;
  laid = fitting(now.view);
  const sentence = picture(now.view).sentence(now.step);
  picture(laid).draw(now.step, calm.matches ? 0 : glide, sentence);
  if (laid !== before) enter();
  else pointing.follow();
  byId("sentence").setAttribute("aria-live", now.playing ? "off" : "polite");
  byId("sentence").textContent = sentence;
  const count = `step ${sheet().steps[now.step]} of ${sheet().total}`;
  byId("count").textContent = count;
  byId("slider").value = now.step;
  byId("slider").setAttribute("aria-valuetext", count);
  byId("play").setAttribute("aria-pressed", now.playing);
  byId("play").setAttribute("aria-label", now.playing ? "Pause" : "Play");
  byId("play").title = now.playing ? "Pause (space)" : "Play (space)";
}

function enter() {
  const kept = pointing?.kept();
  const [width, height] = sheet().canvas;
  pointing?.forget();
  byId("stage").replaceChildren(picture(laid).svg);
  byId("stage").style.setProperty("--aspect", width / height);
  byId("stage").style.setProperty("--own", `${sheet().size[0]}px`);
  byId("stage").classList.toggle("narrow", laid !== shown.view);
  byId("stage").classList.toggle("only", page.sheets[shown.view].narrow === null);
  byId("slider").max = sheet().steps.length - 1;
  for (const control of document.querySelectorAll(".bar button, .bar input"))
    control.disabled = sheet().steps.length < 2;
  press("views", shown.view);
  offerCode();
  pointing = makePointing(page, sheet(), picture(laid), byId("stage"), told);
  pointing.keep(kept || {});
  byId("unpin").hidden = !pointing.pinned();
}

/* What is said of the cell that is pointed at. */

const told = {
  theme: () => theme,
  pinned: (pinned) => { byId("unpin").hidden = !pinned; },
  nothing: (hint) => {
    byId("why-box").hidden = !hint;
    say(made("p", hint, { class: "hint" }));
  },
  output: ({ head, written, tail, result }) => {
    const line = made("p", "");
    line.append(made("strong", head), written.length ? ` = ${written.join(" + ")}${tail} ` : " ",
      made("strong", result));
    say(line);
  },
  input: ({ said, reached }) => {
    const count = `${reached.length || "no"} output cell${reached.length === 1 ? "" : "s"}`;
    const list = made("ul", "", { role: "list" });
    for (const { head, factors, product } of reached) {
      const item = made("li", "");
      const sign = product?.startsWith("\u2248") ? "\u2248" : "=";
      const plain = product?.replace(/^\u2248 /, "").replace(/^\+/, "");
      item.append(made("strong", head), ` gets ${factors}`,
        plain && plain !== factors ? ` ${sign} ${plain}` : "");
      list.append(item);
    }
    say(made("p", `${said} reaches ${count}${reached.length ? ":" : "."}`), list);
  },
};

const say = (...parts) => byId("why").replaceChildren(...parts);

function hear(words) {
  byId("heard").textContent = words;
  setTimeout(() => { byId("heard").textContent = ""; }, 2000);
}

/* Themes: the system's, until one is chosen. */

const capital = (name) => name[0].toUpperCase() + name.slice(1);

function repaint() {
  const chosen = byId("theme").value;
  theme = chosen || (dark.matches ? "dark" : "light");
  root.dataset.theme = theme;
  pictures.forEach((one) => one.paint(page.paper[theme]));
  pointing?.show();
}

function offerThemes() {
  const select = byId("theme");
  select.append(made("option", "System", { value: "" }));
  for (const name of Object.keys(page.paper))
    select.append(made("option", capital(name), { value: name }));
  select.value = page.theme;
  select.addEventListener("change", repaint);
  dark.addEventListener("change", repaint);
}

/* Choices of which one is pressed. */

function offer(id, names, choose) {
  names.forEach((name, at) => {
    const button = made("button", name, { type: "button" });
    button.addEventListener("click", () => choose(at));
    byId(id).append(button);
  });
}

function press(id, at) {
  for (const [i, button] of [...byId(id).children].entries())
    button.setAttribute("aria-pressed", i === at);
}

function offerCode() {
  const code = page.codes[sheet().code];
  const names = Object.keys(code);
  const before = byId("codes").querySelector("[aria-pressed=true]");
  const choose = (at) => {
    byId("code").textContent = code[names[at]];
    byId("copy").setAttribute("aria-label", names[at] === "tcviz" ? "Copy the tcviz command"
      : `Copy the ${names[at]} call`);
    press("codes", at);
  };
  byId("code-box").hidden = !names.length;
  byId("codes").replaceChildren();
  offer("codes", names, choose);
  if (names.length) choose(Math.max(0, names.indexOf(before?.textContent)));
}

/* What controls do. */

const player = makePlayer(page, show);

const still = () => standalone(picture(laid).svg, sheet().size, fonts);
const fileName = (suffix) => `${sheet().view}-step-${sheet().steps[shown.step]}.${suffix}`;

const actions = {
  first: player.first,
  back: player.back,
  play: player.play,
  on: player.on,
  last: player.last,
  unpin: () => {
    if (document.activeElement === byId("unpin")) byId("why-box").focus();
    pointing.pin(null);
  },
  svg: () => save(new Blob([still()], { type: "image/svg+xml" }), fileName("svg")),
  png: async () => save(await painted(still(), sheet().size), fileName("png")),
  copy: async () => {
    const done = await copied(byId("code")) ? "Copied" : "Selected";
    byId("copy").textContent = done;
    hear(done);
    setTimeout(() => { byId("copy").textContent = "Copy"; }, 2000);
  },
};

const KEYS = { " ": "play", ArrowLeft: "back", ArrowRight: "on", Home: "first", End: "last",
  Escape: "unpin" };
const SLIDES = "select, input[type=range]";
const OWN = { " ": "button, select, summary, input", Home: SLIDES, End: SLIDES,
  ArrowLeft: `${SLIDES}, .wide`, ArrowRight: `${SLIDES}, .wide` };

// A key does what its control does, unless what has the focus needs it for itself.
function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const action = KEYS[event.key];
  if (action) {
    if (event.key !== "Escape" && event.target.closest?.(OWN[event.key])) return;
    event.preventDefault();
    if (action !== "unpin" || pointing.pinned()) actions[action]();
  } else if (byId("letters").checked) {
    const letter = CSS.escape(event.key.toLowerCase());
    const control = document.querySelector(`[data-letter="${letter}"]`);
    if (control && !control.closest("[hidden]") && !event.target.closest?.("select")) use(control);
  }
}

// A button is pressed; of several choices the next one is taken.
function use(control) {
  if (control.localName === "button") return control.click();
  if (control.localName === "select") {
    control.selectedIndex = (control.selectedIndex + 1) % control.options.length;
    return control.dispatchEvent(new Event("change"));
  }
  return control.children[(shown.view + 1) % views.length].click();
}

function offerKeys() {
  const keys = {
    "Space": "play or pause",
    "← →": "step back, step forward",
    "Home End": "first step, last step",
    "Tab": "to the panels of the picture: there arrows move, Enter keeps a cell",
    "Esc": "let a cell go",
    "V": "next view",
    "T": "next theme",
    "S": "next speed",
    "C": "copy the code",
    "G P": "save as SVG, as PNG",
  };
  if (views.length < 2) delete keys.V;
  for (const [key, does] of Object.entries(keys)) {
    const term = made("dt", "");
    term.append(...key.split(" ").flatMap((one) => [made("kbd", one), " "]));
    byId("keys").append(term, made("dd", does));
  }
}

// The picture gets the height that the controls leave; what stands beside it takes none.  Where
// a narrow window has but a wide picture it scrolls, with the keys as well.
function measure() {
  const scroll = byId("scroll");
  const [all, room, bar] = [document.querySelector("main"), scroll, byId("bar")].map((one) =>
    one.getBoundingClientRect());
  const above = bar.top >= room.bottom;
  const rest = above ? room.top - all.top + bar.bottom - room.bottom : 0;
  byId("stage").style.setProperty("--rest", `${Math.ceil(rest)}px`);
  const wide = scroll.scrollWidth > scroll.clientWidth;
  scroll.classList.toggle("wide", wide);
  scroll.tabIndex = wide ? 0 : -1;
}

function start() {
  offerThemes();
  repaint();
  byId("views").hidden = views.length < 2;
  byId("views").dataset.letter = "v";
  offer("views", views.map((one) => capital(one.view)), player.look);
  offerKeys();
  player.look(0);
  loadFonts(fonts);
  const resized = new ResizeObserver(measure);
  for (const id of ["top", "scroll", "bar"]) resized.observe(byId(id));
  upright.addEventListener("change", () => show(shown, 0));
  byId("slider").addEventListener("input", (event) => player.to(Number(event.target.value)));
  byId("speed").addEventListener("change", (event) => player.faster(Number(event.target.value)));
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    const control = event.target.closest("[data-do]");
    if (control) actions[control.dataset.do]();
  });
}

start();
