"use strict";
// The map: points on a canvas, labels by zoom, search, filters, a card for what is pointed at. No library, no network.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const N = data.titles, NONE = 255, GENRES = 7;

  // Data: base64 of little-endian typed arrays, one value a title (or several, title after title).
  const unpack = (text, type) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new type(bytes.buffer);
  };
  const position = unpack(data.position, Uint16Array), renown = unpack(data.renown, Uint8Array);
  const year = unpack(data.year, Int16Array), kind = unpack(data.kind, Uint8Array);
  const genre = unpack(data.genre, Uint8Array), country = unpack(data.country, Uint8Array);
  const links = unpack(data.links, Int32Array), levels = data.levels.map((one) => unpack(one, Int16Array));
  const perTitle = N ? links.length / N : 0;
  const X = new Float32Array(N), Y = new Float32Array(N); // 0 to 1, y downwards
  for (let i = 0; i < N; i++) { X[i] = position[2 * i] / 65535; Y[i] = 1 - position[2 * i + 1] / 65535; }
  const known = Uint32Array.from({ length: N }, (_, i) => i).sort((a, b) => renown[b] - renown[a] || a - b);
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/['’ʼ`]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const folded = data.names.map((name, i) => fold(name) + (data.originals[i] ? "\n" + fold(data.originals[i]) : ""));

  let language = data.language, words = data.words[language], say = words.interface;
  const named = (i) => year[i] ? `${data.names[i]} (${year[i]})` : data.names[i];

  // What colours stand for: the classes of each title, the first of which colours it.
  const PALETTE = ["#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#b6992d", "#b07aa1", "#d37295", "#9c755f",
    "#1b9e77", "#7570b3", "#66a61e", "#d95f02", "#e7298a", "#2b8cbe", "#8c6bb1", "#41ae76", "#cb181d", "#a6761d", "#5f7fbf"];
  const GREY = "#8a8f96", MOST = PALETTE.length;
  const decadeColour = (decade, first, last) => {
    const t = last > first ? (decade - first) / (last - first) : 1;
    return `hsl(${Math.round(265 - 225 * t)} 62% ${Math.round(50 + 6 * t)}%)`;
  };
  const decades = [...new Set(Array.from(year, (one) => Math.floor(one / 10) * 10))].filter((one) => one > 0).sort((a, b) => a - b);
  const modes = {
    group: { of: (i) => levels.length && levels[0][i] >= 0 ? [levels[0][i]] : [], name: (one) => words.groups[one] },
    genre: { of: (i) => Array.from(genre.subarray(i * GENRES, (i + 1) * GENRES)).filter((one) => one !== NONE), name: (one) => words.genre[one] },
    decade: { of: (i) => year[i] > 0 ? [Math.floor(year[i] / 10) * 10] : [], name: (one) => one + say.decade_of, inOrder: true },
    country: { of: (i) => country[i] !== NONE ? [country[i]] : [], name: (one) => words.country[one] },
    kind: { of: (i) => [kind[i]], name: (one) => words.kind[one] },
  };
  let mode = levels.length ? "group" : "genre";
  let entries = [], colourOf = [], chosen = new Set(), shown = new Uint8Array(N).fill(1), byColour = [];

  // Sort titles into the entries of the legend: the most frequent ones, "others" (-1) and "unknown" (-2).
  function classify() {
    const { of, inOrder } = modes[mode], counts = new Map();
    for (let i = 0; i < N; i++) for (const one of of(i)) counts.set(one, (counts.get(one) || 0) + 1);
    let keys = [...counts.keys()].sort(inOrder ? (a, b) => a - b : (a, b) => counts.get(b) - counts.get(a) || a - b);
    const rest = inOrder ? [] : keys.splice(MOST);
    const colour = new Map(keys.map((key, place) =>
      [key, inOrder ? decadeColour(key, decades[0], decades[decades.length - 1]) : PALETTE[place % MOST]]));
    entries = keys.map((key) => ({ key, colour: colour.get(key), count: counts.get(key) }));
    const others = rest.reduce((sum, key) => sum + counts.get(key), 0);
    if (others) entries.push({ key: -1, colour: GREY, count: others });
    let unknown = 0;
    colourOf = new Array(N);
    for (let i = 0; i < N; i++) {
      const mine = of(i);
      if (!mine.length) unknown++;
      colourOf[i] = mine.length ? colour.get(mine.find((one) => colour.has(one))) || GREY : GREY;
    }
    if (unknown) entries.push({ key: -2, colour: GREY, count: unknown });
    const kept = new Set(keys);
    modes[mode].keys = (i) => {
      const mine = of(i).map((one) => kept.has(one) ? one : -1);
      return mine.length ? mine : [-2];
    };
    chosen = new Set();
    filter();
  }
  function filter() {
    const keys = modes[mode].keys;
    for (let i = 0; i < N; i++) shown[i] = !chosen.size || keys(i).some((one) => chosen.has(one)) ? 1 : 0;
    const rows = new Map();
    for (let at = N - 1; at >= 0; at--) { // the best known are drawn last, on top
      const i = known[at];
      if (!shown[i]) continue;
      if (!rows.has(colourOf[i])) rows.set(colourOf[i], []);
      rows.get(colourOf[i]).push(i);
    }
    byColour = [...rows];
    legend();
    draw();
  }
  function legend() {
    const list = at("entries");
    list.replaceChildren(...entries.map((entry) => {
      const item = document.createElement("li"), button = document.createElement("button");
      const dot = document.createElement("i"), name = document.createElement("span"), count = document.createElement("small");
      dot.style.background = entry.colour;
      name.textContent = entry.key === -1 ? say.other : entry.key === -2 ? say.unknown : modes[mode].name(entry.key);
      count.textContent = entry.count.toLocaleString(language);
      button.type = "button";
      button.setAttribute("aria-pressed", String(!chosen.size || chosen.has(entry.key)));
      button.append(dot, name, count);
      button.addEventListener("click", () => {
        chosen.has(entry.key) ? chosen.delete(entry.key) : chosen.add(entry.key);
        filter();
      });
      item.append(button);
      return item;
    }));
    const visible = shown.reduce((sum, one) => sum + one, 0);
    at("count").textContent = chosen.size ? `${visible.toLocaleString(language)} / ${N.toLocaleString(language)} ${say.titles}`
      : `${N.toLocaleString(language)} ${say.titles}`;
    at("all").hidden = !chosen.size;
  }

  // The view: the middle of the screen in the map's units, and pixels a unit.
  const canvas = at("map"), pen = canvas.getContext("2d");
  let width = 1, height = 1, view = { x: 0.5, y: 0.5, scale: 1 }, home = { ...view }, ratio = 1;
  const toX = (x) => (x - view.x) * view.scale + width / 2, toY = (y) => (y - view.y) * view.scale + height / 2;
  const zoom = () => view.scale / home.scale;
  function measure() {
    ratio = window.devicePixelRatio || 1;
    width = innerWidth; height = innerHeight;
    canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio);
    const middle = (values) => { // without the outermost few
      const sorted = Float32Array.from(values).sort(), cut = Math.floor(N * 0.003);
      return [sorted[cut], sorted[Math.max(N - 1 - cut, cut)]];
    };
    let [left, right] = middle(X), [top, bottom] = middle(Y);
    for (const label of labels()) if (label.level === 1) {
      const wide = label.wide * label.height / 2, high = label.lines.length * label.height * 0.6;
      left = Math.min(left, label.x - wide); right = Math.max(right, label.x + wide);
      top = Math.min(top, label.y - high); bottom = Math.max(bottom, label.y + high);
    }
    const side = width > 700 ? 274 : 0, roof = 60, floor = width > 700 ? 34 : height * 0.34;
    const room = { x: Math.max(width - side - 24, 80), y: Math.max(height - roof - floor, 80) };
    const scale = Math.min(room.x / Math.max(right - left, 1e-6), room.y / Math.max(bottom - top, 1e-6));
    home = { x: (left + right) / 2 + side / 2 / scale, y: (top + bottom) / 2 + (floor - roof) / 2 / scale, scale };
  }
  function go(x, y, scale) {
    view = { x: Math.min(Math.max(x, -0.2), 1.2), y: Math.min(Math.max(y, -0.2), 1.2),
      scale: Math.min(Math.max(scale, home.scale * 0.6), home.scale * 400) };
    draw();
  }
  function zoomAt(px, py, factor) {
    const x = (px - width / 2) / view.scale + view.x, y = (py - height / 2) / view.scale + view.y;
    const scale = Math.min(Math.max(view.scale * factor, home.scale * 0.6), home.scale * 400);
    go(x - (px - width / 2) / scale, y - (py - height / 2) / scale, scale);
  }
  const reset = () => go(home.x, home.y, home.scale);

  // Labels: those of groups by level of zoom, then names of titles; the more important first, none on another.
  let prepared = {};
  function labels() {
    if (!prepared[language]) prepared[language] = words.labels.map((one) => {
      pen.font = `600 100px ${getComputedStyle(document.body).fontFamily}`;
      return { ...one, y: 1 - one.y, wide: Math.max(...one.lines.map((line) => pen.measureText(line).width)) / 100 };
    }).sort((a, b) => a.level - b.level || b.size - a.size);
    return prepared[language];
  }
  let boxes = [];
  const free = (box) => boxes.every((one) => box[2] <= one[0] || one[2] <= box[0] || box[3] <= one[1] || one[3] <= box[1]);
  function drawLabels(style) {
    boxes = [];
    pen.textAlign = "center"; pen.textBaseline = "middle"; pen.lineJoin = "round"; pen.lineWidth = 4;
    const font = getComputedStyle(document.body).fontFamily;
    const write = (line, x, y, colour) => {
      pen.strokeStyle = style.halo; pen.strokeText(line, x, y);
      pen.fillStyle = colour; pen.fillText(line, x, y);
    };
    for (const label of labels()) {
      if (zoom() < label.from * 0.999) continue;
      const x = toX(label.x), y = toY(label.y);
      if (x < -200 || x > width + 200 || y < -50 || y > height + 50) continue;
      const [least, most] = label.level === 1 ? [12.5, 19] : label.level === 2 ? [11.5, 14] : [11, 12];
      const size = Math.min(Math.max(label.height * label.from * home.scale, least), most);
      const wide = label.wide * size / 2 + 2, high = label.lines.length * size * 0.6 + 1;
      const box = [x - wide, y - high, x + wide, y + high];
      if (!free(box)) continue;
      boxes.push(box);
      pen.font = `600 ${size}px ${font}`;
      label.lines.forEach((line, row) => write(line, x, y + (row - (label.lines.length - 1) / 2) * size * 1.2, style.ink));
    }
    if (zoom() < 4) return;
    pen.font = `12px ${font}`;
    let written = 0;
    for (const i of known) {
      if (written >= 70) break;
      if (!shown[i]) continue;
      const x = toX(X[i]), y = toY(Y[i]);
      if (x < 0 || x > width || y < 0 || y > height) continue;
      const name = data.names[i], text = name.length > 34 ? name.slice(0, 33) + "…" : name;
      const wide = pen.measureText(text).width / 2 + 3;
      const box = [x - wide, y + 5, x + wide, y + 20];
      if (!free(box)) continue;
      boxes.push(box);
      write(text, x, y + 13, style.quiet);
      written++;
    }
  }

  // Drawing, at most once a frame.
  let waiting = false, pinned = -1, hovered = -1;
  function draw() { if (!waiting) { waiting = true; requestAnimationFrame(paint); } }
  function paint() {
    waiting = false;
    const of = getComputedStyle(document.documentElement), style = {};
    for (const name of ["paper", "ink", "quiet", "mark", "halo"]) style[name] = of.getPropertyValue("--" + name).trim();
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = style.paper; pen.fillRect(0, 0, width, height);
    const base = Math.min(0.8 + 0.75 * Math.sqrt(zoom()) * Math.min(1, 60 / Math.sqrt(N) + 0.35), 5);
    pen.globalAlpha = zoom() < 2 ? 0.72 : 0.85;
    for (const [colour, rows] of byColour) {
      pen.fillStyle = colour;
      pen.beginPath();
      for (const i of rows) {
        const x = toX(X[i]), y = toY(Y[i]);
        if (x < -6 || x > width + 6 || y < -6 || y > height + 6) continue;
        const r = base * (0.65 + renown[i] / 360);
        if (r < 1.4) pen.rect(x - r, y - r, 2 * r, 2 * r);
        else { pen.moveTo(x + r, y); pen.arc(x, y, r, 0, 2 * Math.PI); }
      }
      pen.fill();
    }
    pen.globalAlpha = 1;
    if (pinned >= 0) {
      pen.strokeStyle = style.mark; pen.lineWidth = 1.6;
      for (const j of near(pinned)) {
        pen.beginPath(); pen.moveTo(toX(X[pinned]), toY(Y[pinned])); pen.lineTo(toX(X[j]), toY(Y[j])); pen.stroke();
        ring(j, 4);
      }
    }
    drawLabels(style);
    pen.strokeStyle = style.mark; pen.lineWidth = 2;
    if (pinned >= 0) ring(pinned, 7);
    if (hovered >= 0) ring(hovered, 6);
  }
  function ring(i, r) { pen.beginPath(); pen.arc(toX(X[i]), toY(Y[i]), r, 0, 2 * Math.PI); pen.stroke(); }
  const near = (i) => Array.from(links.subarray(i * perTitle, (i + 1) * perTitle)).filter((j) => j >= 0);

  // What is pointed at: a grid of cells over the map.
  const CELLS = 160, cells = new Map();
  const cellOf = (x) => Math.min(Math.max(Math.floor(x * CELLS), 0), CELLS - 1);
  for (let i = 0; i < N; i++) {
    const cell = cellOf(X[i]) * CELLS + cellOf(Y[i]);
    cells.has(cell) ? cells.get(cell).push(i) : cells.set(cell, [i]);
  }
  function pointedAt(px, py, reach) {
    const x = (px - width / 2) / view.scale + view.x, y = (py - height / 2) / view.scale + view.y, r = reach / view.scale;
    let best = -1, least = r * r;
    for (let a = cellOf(x - r); a <= cellOf(x + r); a++) for (let b = cellOf(y - r); b <= cellOf(y + r); b++) {
      for (const i of cells.get(a * CELLS + b) || []) {
        if (!shown[i]) continue;
        const d = (X[i] - x) ** 2 + (Y[i] - y) ** 2;
        if (d < least) { least = d; best = i; }
      }
    }
    return best;
  }

  // The card.
  const card = at("card");
  const line = (tag, text, quiet) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (quiet) element.className = "quiet";
    return element;
  };
  function fill(i) {
    const genres = modes.genre.of(i).map((one) => words.genre[one]);
    const facts = [year[i] || say.unknown, words.kind[kind[i]], country[i] !== NONE ? words.country[country[i]] : ""];
    const parts = [line("h2", data.names[i])];
    if (data.originals[i]) parts.push(line("p", data.originals[i], true));
    parts.push(line("p", facts.filter(Boolean).join(" · "), true));
    if (genres.length) parts.push(line("p", genres.join(" · ")));
    const groups = levels.map((level) => level[i]).filter((one) => one >= 0);
    if (groups.length) parts.push(line("h3", say.groups_of), ...groups.map((one) => line("p", words.groups[one])));
    if (i === pinned) {
      const list = document.createElement("ul");
      for (const j of near(i)) {
        const item = document.createElement("li"), button = line("button", named(j));
        button.type = "button";
        button.addEventListener("click", () => pin(j, true));
        item.append(button); list.append(item);
      }
      if (list.children.length) parts.push(line("h3", say.related), list);
      const button = line("button", say.unpin);
      button.type = "button";
      button.addEventListener("click", () => pin(-1));
      parts.push(button);
    }
    card.replaceChildren(...parts);
    card.classList.toggle("pinned", i === pinned);
    card.hidden = false;
  }
  function pin(i, move) {
    pinned = i; hovered = -1;
    if (i < 0) card.hidden = true;
    else {
      card.style.left = card.style.top = "";
      fill(i);
      if (move) go(X[i], Y[i], Math.max(view.scale, home.scale * 7));
    }
    draw();
  }
  function hover(i, px, py) {
    canvas.classList.toggle("over", i >= 0);
    if (i === hovered) return;
    hovered = i;
    if (i >= 0 && i !== pinned) {
      fill(i);
      card.style.left = Math.min(px + 16, width - 296) + "px";
      card.style.top = Math.max(8, Math.min(py + 16, height - card.offsetHeight - 8)) + "px";
    } else if (pinned >= 0) { card.style.left = card.style.top = ""; fill(pinned); } else card.hidden = true;
    draw();
  }

  // Mouse, touch, keyboard.
  const fingers = new Map();
  let moved = 0;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    moved = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) { hover(pointedAt(event.clientX, event.clientY, 9), event.clientX, event.clientY); return; }
    const now = { x: event.clientX, y: event.clientY }, step = Math.hypot(now.x - before.x, now.y - before.y);
    moved += step;
    if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const was = Math.hypot(before.x - other.x, before.y - other.y), is = Math.hypot(now.x - other.x, now.y - other.y);
      zoomAt((now.x + other.x) / 2, (now.y + other.y) / 2, is / Math.max(was, 1));
      go(view.x - (now.x - before.x) / 2 / view.scale, view.y - (now.y - before.y) / 2 / view.scale, view.scale);
    } else if (moved > 4) {
      canvas.classList.add("dragged");
      go(view.x - (now.x - before.x) / view.scale, view.y - (now.y - before.y) / view.scale, view.scale);
    }
    fingers.set(event.pointerId, now);
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => {
    const touch = event.pointerType === "touch";
    if (name === "pointerup" && fingers.size === 1 && moved <= 4) pin(pointedAt(event.clientX, event.clientY, touch ? 22 : 9));
    fingers.delete(event.pointerId);
    canvas.classList.remove("dragged");
  });
  canvas.addEventListener("pointerleave", () => { if (!fingers.size) hover(-1); });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomAt(event.clientX, event.clientY, Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)));
  }, { passive: false });
  canvas.addEventListener("dblclick", (event) => zoomAt(event.clientX, event.clientY, 2));
  const keys = {
    ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
  };
  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT)$/.test(event.target.tagName);
    if (event.key === "Escape") { closeSearch(); pin(-1); canvas.focus(); return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (keys[event.key]) {
      const [dx, dy] = keys[event.key];
      go(view.x + dx * 80 / view.scale, view.y + dy * 80 / view.scale, view.scale);
    } else if (event.key === "+" || event.key === "=") zoomAt(width / 2, height / 2, 1.4);
    else if (event.key === "-") zoomAt(width / 2, height / 2, 1 / 1.4);
    else if (event.key === "0") reset();
    else if (event.key === "/") at("search").focus();
    else return;
    event.preventDefault();
  });
  at("in").addEventListener("click", () => zoomAt(width / 2, height / 2, 1.6));
  at("out").addEventListener("click", () => zoomAt(width / 2, height / 2, 1 / 1.6));
  at("reset").addEventListener("click", reset);

  // Search: without case, accents or punctuation; names that begin with the words first, then the best known.
  const input = at("search"), found = at("found");
  let results = [], selected = 0;
  function look() {
    const wanted = fold(input.value.replace(/\s*\((\d{4})\)\s*$/, " $1"));
    const dated = wanted.match(/^(.+) (\d{4})$/);
    results = [];
    if (wanted) {
      const starts = [], within = [];
      for (const i of known) {
        const name = folded[i];
        const fits = (text) => name.startsWith(text) || name.includes("\n" + text) ? 2 : name.includes(text) ? 1 : 0;
        const place = Math.max(fits(wanted), dated && year[i] === Number(dated[2]) ? fits(dated[1]) : 0);
        if (place) (place === 2 ? starts : within).push(i);
      }
      starts.sort((a, b) => (folded[b].split("\n").includes(wanted) - folded[a].split("\n").includes(wanted)));
      results = [...starts, ...within].slice(0, 12);
    }
    selected = 0;
    list();
  }
  function list() {
    const items = results.map((i, place) => {
      const item = line("li", named(i));
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(place === selected));
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(i); });
      return item;
    });
    if (!items.length && input.value.trim()) items.push(line("li", say.nothing_found, true));
    found.replaceChildren(...items);
    found.hidden = !items.length;
    input.setAttribute("aria-expanded", String(!found.hidden));
  }
  function closeSearch() { found.hidden = true; input.setAttribute("aria-expanded", "false"); input.blur(); }
  function take(i) {
    if (!shown[i]) { chosen = new Set(); filter(); }
    closeSearch();
    pin(i, true);
  }
  input.addEventListener("input", look);
  input.addEventListener("focus", look);
  input.addEventListener("blur", closeSearch);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && results.length) take(results[selected]);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      selected = (selected + (event.key === "ArrowDown" ? 1 : -1) + results.length) % Math.max(results.length, 1);
      list();
    } else return;
    event.preventDefault();
  });

  // Words of the interface, in either language.
  function speak(to) {
    language = to; words = data.words[to]; say = words.interface;
    document.documentElement.lang = to === "zh" ? "zh-Hans" : to;
    document.title = say.title;
    input.placeholder = say.search;
    input.setAttribute("aria-label", say.search);
    canvas.setAttribute("aria-label", say.title);
    at("legend").setAttribute("aria-label", say.legend);
    at("colour-by").textContent = say.colour_by;
    at("hint").textContent = say.only;
    at("all").textContent = say.all;
    at("help").textContent = say.help;
    at("language").textContent = say.language;
    for (const [id, key] of [["in", "zoom_in"], ["out", "zoom_out"], ["reset", "reset"]]) {
      at(id).title = say[key];
      at(id).setAttribute("aria-label", say[key]);
    }
    at("colour").replaceChildren(...Object.keys(modes).filter((name) => name !== "group" || levels.length).map((name) => {
      const option = line("option", say[name]);
      option.value = name;
      option.selected = name === mode;
      return option;
    }));
    legend();
    if (pinned >= 0) fill(pinned);
    draw();
  }
  at("colour").addEventListener("change", (event) => { mode = event.target.value; classify(); });
  at("all").addEventListener("click", () => { chosen = new Set(); filter(); });
  at("language").addEventListener("click", () => speak(language === "en" ? "zh" : "en"));
  addEventListener("resize", () => {
    const kept = zoom(), whole = Math.abs(kept - 1) < 1e-6;
    measure();
    whole ? reset() : go(view.x, view.y, home.scale * kept);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  measure();
  view = { ...home };
  classify();
  speak(language);
  const place = new URLSearchParams(location.hash.slice(1)); // map.html#title=Alien&zoom=4, for links into the map
  if (place.get("colour") in modes) { mode = place.get("colour"); classify(); speak(language); }
  if (place.has("zoom")) go(Number(place.get("x")) || home.x, Number(place.get("y")) || home.y, home.scale * (Number(place.get("zoom")) || 1));
  if (place.has("title")) { input.value = place.get("title"); look(); if (results.length) take(results[0]); }
  document.documentElement.dataset.ready = "true";
})();
