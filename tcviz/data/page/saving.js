/* Copying text, and saving the step that is shown. */

const FAMILIES = '"Tcviz Sans", "Tcviz More", Inter, sans-serif';

// In a frame that may not use the clipboard the older way works, and says nothing on the console.
async function copied(from) {
  const selection = getSelection();
  const exactly = (event) => {
    event.clipboardData.setData("text/plain", from.textContent);
    event.preventDefault();
  };
  selection.selectAllChildren(from);
  document.addEventListener("copy", exactly, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", exactly);
  if (done) selection.removeAllRanges();
  return done || navigator.clipboard?.writeText(from.textContent).then(() => true, () => false);
}

// An SVG that stands by itself: with its size, its fonts, and nothing of the page.
function standalone(svg, [width, height], fonts) {
  const copy = svg.cloneNode(true);
  copy.setAttribute("xmlns", SPACE);
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const faces = Object.entries(fonts).flatMap(([weight, parts]) => parts.map((data, i) =>
    `@font-face{font-family:"${["Tcviz Sans", "Tcviz More"][i]}";font-weight:${weight};`
    + `src:url(data:font/woff2;base64,${data})}`));
  copy.prepend(element("style", {}, `${faces.join("")}text{white-space:pre}`));
  return new XMLSerializer().serializeToString(copy);
}

// Data, not a blob: a picture of a blob would not be the page's own in a sandbox.
async function painted(text, [width, height]) {
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d").drawImage(image, 0, 0, width, height);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Fonts from the page's own data; the picture is drawn at once and gets them a moment later.
function loadFonts(fonts) {
  for (const [weight, parts] of Object.entries(fonts))
    parts.forEach((data, i) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const face = new FontFace(["Tcviz Sans", "Tcviz More"][i], bytes.buffer, { weight });
      document.fonts.add(face);
      face.load();
    });
}
