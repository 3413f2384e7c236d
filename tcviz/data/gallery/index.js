"use strict";
(() => {
  const root = document.documentElement;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  root.classList.add("js");
  root.classList.toggle("still", calm.matches);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);

  document.addEventListener("DOMContentLoaded", () => {
    const actions = { copy, ...filter(), ...motion(), ...viewer() };
    all(".strip").forEach(pager);
    all("[data-do=copy]").forEach(name);
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) actions[button.dataset.do](button);
    });
  });

  /* Filter: what is checked and typed, as a hash that can be linked. */

  function filter() {
    const form = byId("filter");
    const cards = all(".cards > li").map((element) => ({ element, values: element.dataset }));
    const boxes = all("input[type=checkbox]", form);
    const narrow = all("details", form).filter(() => matchMedia("(max-width: 48rem)").matches);
    narrow.forEach((details) => { details.open = false; });

    // Texts are gathered when somebody searches.
    const text = (card) => (card.text ??= card.element.querySelector(".text")
      .textContent.replaceAll("\u00d7", "x").toLowerCase());
    const has = (card, name, wanted) =>
      card.values[name].split(" ").some((value) => wanted.has(value));

    function chosen() {
      const wanted = new Map();
      for (const { name, value, checked } of boxes) {
        if (!checked) continue;
        if (!wanted.has(name)) wanted.set(name, new Set());
        wanted.get(name).add(value);
      }
      return wanted;
    }

    function show() {
      const words = form.q.value.replaceAll("\u00d7", "x").toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = chosen();
      const alive = new Set();
      let count = 0;
      for (const card of cards) {
        const said = words.every((word) => text(card).includes(word));
        const misses = [...wanted].filter(([name, values]) => !has(card, name, values));
        const shown = said && !misses.length;
        if (card.element.hidden === shown) card.element.hidden = !shown;
        count += shown;
        // A value is alive if a card would be shown that has it, all else being as it is.
        if (!said || misses.length > 1) continue;
        for (const name of misses.length ? [misses[0][0]] : Object.keys(card.values))
          card.values[name].split(" ").forEach((value) => alive.add(`${name}=${value}`));
      }
      for (const box of boxes) box.parentNode.classList.toggle("empty",
        !box.checked && !alive.has(`${box.name}=${box.value}`));
      tell(count, words.length || wanted.size);
    }

    function tell(count, narrowed) {
      const total = cards.length;
      const said = narrowed ? `${count} of ${total} shown` : form.dataset.all;
      if (byId("count").textContent !== said) byId("count").textContent = said;
      form.style.setProperty("--part", total ? count / total : 1);
      byId("nothing").hidden = count > 0 || !narrowed;
      byId("clear").hidden = !narrowed;
    }

    function note() {
      const said = new URLSearchParams();
      if (form.q.value.trim()) said.set("q", form.q.value.trim());
      for (const { name, value, checked } of boxes) if (checked) said.append(name, value);
      history.replaceState(null, "", `#${said}`);
    }

    function read() {
      const said = new URLSearchParams(location.hash.slice(1));
      form.q.value = said.get("q") ?? "";
      for (const box of boxes) box.checked = said.getAll(box.name).includes(box.value);
      show();
    }

    function clear() {
      form.reset();
      show();
      note();
      form.q.focus();
    }

    let waiting;
    form.addEventListener("input", (event) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => { show(); note(); }, event.target === form.q ? 150 : 0);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", () => { if (location.hash !== "#pictures") read(); });
    read();
    return { clear };
  }

  /* Motion: a GIF cannot be paused, but its first frame can be laid over it. */

  function motion() {
    const button = byId("motion");
    const images = all(".moving img");
    button.hidden = !images.length;
    const near = new Set();

    function cover(image) {
      const done = image.nextElementSibling;
      const wanted = root.classList.contains("still") && near.has(image);
      if (!wanted) return done?.remove();
      if (done || !image.complete || !image.naturalWidth) return undefined;
      const canvas = document.createElement("canvas");
      canvas.width = image.naturalWidth;
      canvas.height = image.naturalHeight;
      canvas.getContext("2d").drawImage(image, 0, 0);
      canvas.setAttribute("aria-hidden", "true");
      return image.after(canvas);
    }

    function label() {
      const still = root.classList.contains("still");
      button.textContent = still ? "Play animations" : "Pause animations";
    }

    function turn(still) {
      root.classList.toggle("still", still);
      label();
      near.forEach(cover);
    }

    // Only what is near the window has a canvas: a thousand of them would fill the memory.
    const watcher = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        near[isIntersecting ? "add" : "delete"](target);
        cover(target);
      }
    }, { rootMargin: "400px" });
    for (const image of images) {
      watcher.observe(image);
      image.addEventListener("load", () => cover(image));
    }
    calm.addEventListener("change", () => turn(calm.matches));
    label();
    return { motion: () => turn(!root.classList.contains("still")) };
  }

  /* Viewer: one picture, as large as the window lets it be. */

  function viewer() {
    const dialog = byId("viewer");
    const stage = byId("viewer-stage");
    let shots = [];
    let place = 0;

    function show(next) {
      place = (next + shots.length) % shots.length;
      const shot = shots[place];
      const card = shot.closest("li");
      const source = shot.querySelector("img");
      const image = document.createElement("img");
      image.alt = source.alt;
      image.src = shot.href;
      enlarge(image, source);
      stage.className = shot.closest(".stage").className.replace("stage", "");
      stage.replaceChildren(image);
      stage.scrollTo(0, 0);
      stage.tabIndex = stage.scrollWidth > stage.clientWidth ? 0 : -1;
      byId("viewer-name").textContent = card.querySelector("h2").textContent;
      byId("viewer-place").textContent =
        [shot.dataset.page, `${place + 1} of ${shots.length}`].filter(Boolean).join(" \u00b7 ");
    }

    // Lines stay sharp at any size, pixels up to twice their own.
    function enlarge(image, source) {
      const most = /\.svg$/.test(image.src) ? 100 : 2;
      const [width, height] = [source, source].map((s, i) => Number(s.getAttribute(["width", "height"][i])));
      image.width = width;
      image.height = height;
      image.style.width = `min(100%, ${width * most}px)`;
      image.style.height = "100%";
      image.style.maxHeight = `${height * most}px`;
    }

    function open(shot) {
      shots = all(".cards > li:not([hidden]) .shot");
      dialog.showModal();
      show(shots.indexOf(shot));
    }

    document.addEventListener("click", (event) => {
      const shot = event.target.closest?.(".shot");
      const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
      if (shot && plain && dialog.showModal) {
        event.preventDefault();
        open(shot);
      }
      if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.target === stage) return; // its arrows scroll
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step) show(place + step);
      const end = { Home: 0, End: -1 }[event.key];
      if (end !== undefined) show(end);
      if (step || end !== undefined) event.preventDefault();
    });
    dialog.addEventListener("close", () => {
      stage.replaceChildren();
      shots[place].scrollIntoView({ block: "nearest", inline: "start", behavior: "instant" });
      shots[place].focus({ preventScroll: true });
    });
    return {
      previous: () => show(place - 1),
      next: () => show(place + 1),
      close: () => dialog.close(),
    };
  }

  /* Pages of a series: one tab stop, and two buttons. */

  function pager(strip) {
    const shots = all(".shot", strip);
    shots.slice(1).forEach((shot) => { shot.tabIndex = -1; });
    const bar = strip.nextElementSibling;
    const said = document.createElement("span");
    const at = () => Math.round(strip.scrollLeft / Math.max(1, strip.clientWidth));
    const make = (label, text, step) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.setAttribute("aria-label", label);
      button.addEventListener("click", () => { strip.scrollLeft = (at() + step) * strip.clientWidth; });
      return button;
    };
    const [back, on] = [make("Previous page", "\u2190", -1), make("Next page", "\u2192", 1)];
    const update = () => {
      said.textContent = `${at() + 1} / ${shots.length}`;
      back.setAttribute("aria-disabled", at() === 0);
      on.setAttribute("aria-disabled", at() === shots.length - 1);
    };
    said.setAttribute("role", "status");
    bar.append(back, said, on);
    strip.addEventListener("scroll", update, { passive: true });
    update();
  }

  /* Copy: the text of the command beside the button. */

  function name(button) {
    const card = button.closest("li").querySelector("h2").firstChild.textContent;
    button.setAttribute("aria-label", `Copy the command of ${card.trim()}`);
  }

  async function copy(button) {
    const code = button.parentNode.querySelector("code");
    const copied = await write(code);
    button.textContent = copied ? "Copied" : "Selected";
    byId("heard").textContent = copied ? "Command copied" : "Command selected";
    setTimeout(() => {
      button.textContent = "Copy";
      byId("heard").textContent = "";
    }, 2000);
  }

  async function write(code) {
    try {
      await navigator.clipboard.writeText(code.textContent);
      return true;
    } catch {  // no clipboard here: leave it selected
      getSelection().selectAllChildren(code);
      return document.execCommand("copy");
    }
  }
})();
