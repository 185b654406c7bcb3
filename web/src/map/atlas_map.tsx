// The atlas mode of the map: points, legend, years, lasso, list, and the title that is chosen.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Columns } from "../data/columns";
import type { MapLabel, MapLabels } from "../data/types";
import { language, t } from "../i18n";
import { amend, go, route, to } from "../router";
import { announce, answers, asking } from "../state/app";
import { marked } from "../state/marks";
import { dark } from "../state/theme";
import { useAnswer } from "../state/use_answer";
import { useViewed } from "../state/use_viewed";
import { Loading, Note, Wrong } from "../ui/states";
import { AtlasTools } from "./atlas_tools";
import { AtlasView } from "./atlas_view";
import { byMarks, COLOURINGS, colouredBy } from "./colouring";
import { groupNames, labelsOf, translations } from "./labels";
import { Legend } from "./legend";
import { RowsTable } from "./rows_table";
import { TitleCard } from "./title_card";
import type { Place } from "./track";
import { Years } from "./years";

export default function AtlasMap() {
  const columns = useAnswer("columns", (signal) => answers().columns(asking(signal)));
  const labels = useAnswer(`labels|${language.value}`, (signal) => answers().labels(asking(signal)));
  const problem = columns.problem ?? labels.problem;
  if (problem) return <Wrong problem={problem} again={columns.problem ? columns.again : labels.again} />;
  if (!columns.value || !labels.value) return <Loading rows={1} label={t("map.loading")} />;
  return <Atlas key={language.value} columns={columns.value} labels={labels.value} />;
}

function Atlas({ columns, labels }: { columns: Columns; labels: MapLabels }) {
  const { query } = route.value;
  const names = useMemo(() => labelsOf(labels), [labels]);
  const groups = useMemo(() => groupNames(labels), [labels]);
  const translated = useMemo(() => translations(labels, columns), [labels, columns]);
  const seen = useViewed();
  const colouring = COLOURINGS.find((one) => one === query.get("colour")) ?? "group";
  const coloured = useMemo(() => {
    if (colouring !== "mine") return colouredBy(colouring, columns, groups);
    return byMarks(columns.titles, mine(columns, seen));
  }, [colouring, columns, groups, seen, marked.value]);
  const focus = coloured.categories.findIndex((one) => one.name !== "" && one.name === query.get("focus"));
  const span = useMemo(() => yearsOf(columns.year), [columns]);
  const from = Number(query.get("from")) || span[0];
  const until = Number(query.get("until")) || span[1];
  const selected = columns.row(query.get("id") ?? "");
  const table = query.get("table") === "1";
  // A link that says where to look from is followed as it is.
  const placed = useRef(query.has("moved") && query.has("z"));
  const [lassoed, setLassoed] = useState<number[] | null>(null);
  const [lassoing, setLassoing] = useState(false);
  const [inView, setInView] = useState<number[]>([]);
  const way = useMemo(() => seen.map((one) => columns.row(one.title_id)).filter((row) => row >= 0), [seen, columns]);
  const { view, under, over, broken } = useView(columns, names, {
    onHover: () => undefined,
    onSelect: (row) => amend({ id: row >= 0 ? columns.id(row) : null, moved: null }),
    onOpen: (row) => row >= 0 && go(to("title", columns.id(row))),
    onLasso: (rows) => {
      setLassoing(false);
      setLassoed(rows);
      announce(t("map.lassoed", { count: rows.length }));
    },
    onRest: (camera, zoom) => {
      const plain = zoom < 1.02;
      amend({
        x: plain ? null : camera.x.toFixed(4),
        y: plain ? null : camera.y.toFixed(4),
        z: plain ? null : zoom.toFixed(2),
      });
      setInView(view.current?.inView() ?? []);
    },
  });

  useEffect(() => view.current?.colour(coloured), [coloured]);
  useEffect(() => {
    if (!view.current) return;
    const all = from === span[0] && until === span[1];
    view.current.light = { from: all ? -1 : from, until: all ? 9999 : until, focus };
    view.current.redraw();
    setInView(view.current.inView());
  }, [from, until, focus, coloured]);
  useEffect(() => view.current?.choose(lassoed ?? []), [lassoed]);
  useEffect(() => {
    if (!view.current) return;
    view.current.lassoing = lassoing;
  }, [lassoing]);
  useEffect(() => {
    if (!view.current) return;
    view.current.marks.selected = selected;
    view.current.marks.related = [];
    view.current.follow(null, 0);
    view.current.redraw();
    if (selected >= 0 && !query.get("z")) view.current.goTo(selected);
  }, [selected]);
  useEffect(() => {
    if (!view.current) return;
    view.current.marks.way = query.get("way") === "1" || query.get("footprint") === "1" ? way : [];
    view.current.marks.footprint = query.get("footprint") === "1";
    view.current.redraw();
  }, [way, query.get("way"), query.get("footprint")]);
  useEffect(() => view.current?.redraw(), [dark.value]);

  const rows =
    lassoed ??
    (broken
      ? litRows(columns, from === span[0] && until === span[1] ? null : [from, until], focus, coloured.of)
      : inView);
  return (
    <div class={`atlas${table || broken ? " with-table" : ""}`}>
      <div class="atlas-stage">
        {broken ? (
          <Note>{t("map.no_webgl")}</Note>
        ) : (
          <div class="canvas-box">
            <canvas ref={under} class="points" aria-hidden="true" />
            <canvas
              ref={over}
              class={`overlay${lassoing ? " lassoing" : ""}`}
              tabIndex={0}
              role="application"
              aria-label={t("map.canvas", { titles: columns.titles })}
              aria-describedby="map-caption"
              data-testid="atlas-canvas"
            />
            <div class="zoom-tools">
              <button type="button" aria-label={t("map.closer")} onClick={() => view.current?.step(1.6)}>
                +
              </button>
              <button type="button" aria-label={t("map.further")} onClick={() => view.current?.step(1 / 1.6)}>
                −
              </button>
              <button type="button" aria-label={t("map.whole")} onClick={() => view.current?.showAll()}>
                ⤢
              </button>
            </div>
          </div>
        )}
        <Years span={span} from={from} until={until} />
        <p id="map-caption" class="quiet">
          {t("map.caption")}
        </p>
      </div>
      <div class="atlas-side">
        <AtlasTools
          view={view}
          columns={columns}
          coloured={coloured}
          rows={rows}
          lassoing={lassoing}
          canDraw={!broken}
          onLasso={() => setLassoing(!lassoing)}
        />
        <Legend colouring={colouring} coloured={coloured} focus={focus} translated={translated} />
        {selected >= 0 && (
          <TitleCard
            id={columns.id(selected)}
            columns={columns}
            onRelated={(ids) => {
              if (!view.current) return;
              view.current.marks.related = ids.map((id) => columns.row(id)).filter((row) => row >= 0);
              view.current.redraw();
            }}
            onMoved={(track, near, at) => {
              if (!view.current) return;
              view.current.marks.related = near;
              const fresh = track !== null && track !== view.current.marks.track;
              view.current.follow(track, at);
              if (fresh && !placed.current) {
                const here: Place = [columns.x[selected] as number, columns.y[selected] as number];
                view.current.fit([here, ...track.places.filter((place) => place !== null)]);
              }
              placed.current = false;
            }}
          />
        )}
      </div>
      {(table || broken || lassoed) && (
        <RowsTable
          columns={columns}
          rows={rows}
          translated={translated}
          lassoed={lassoed !== null}
          onFree={() => setLassoed(null)}
        />
      )}
    </div>
  );
}

/** The view behind two canvases; `broken` where there is no WebGL. */
function useView(columns: Columns, labels: MapLabel[], told: ConstructorParameters<typeof AtlasView>[4]) {
  const view = useRef<AtlasView | null>(null);
  const under = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const [broken, setBroken] = useState(false);
  const latest = useRef(told);
  latest.current = told;
  // Before the other effects of this screen: they need the view.
  useEffect(() => {
    if (!under.current || !over.current) return;
    const { query } = route.value;
    try {
      const made = new AtlasView(
        under.current,
        over.current,
        columns,
        labels,
        {
          onHover: (row) => latest.current.onHover(row),
          onSelect: (row) => latest.current.onSelect(row),
          onOpen: (row) => latest.current.onOpen(row),
          onLasso: (rows) => latest.current.onLasso(rows),
          onRest: (camera, zoom) => latest.current.onRest(camera, zoom),
        },
        null,
      );
      const zoom = Number(query.get("z"));
      if (zoom > 0) {
        const scale = made.camera.scale * zoom;
        made.camera = { x: Number(query.get("x")), y: Number(query.get("y")), scale };
      }
      view.current = made;
      (window as { reelationMap?: AtlasView }).reelationMap = made;
    } catch {
      setBroken(true);
      return;
    }
    const watcher = new ResizeObserver(() => view.current?.measure());
    watcher.observe(over.current);
    return () => {
      watcher.disconnect();
      view.current?.dispose();
      view.current = null;
    };
  }, []);
  return { view, under, over, broken };
}

function mine(columns: Columns, seen: { title_id: string }[]): [string, number[]][] {
  const by = (mark: string) =>
    Object.entries(marked.value)
      .filter(([, one]) => mark in one.marks)
      .map(([id]) => columns.row(id));
  return [
    ["seen", [...seen.map((one) => columns.row(one.title_id)), ...by("seen")]],
    ["watchlist", by("watchlist")],
    ["like", by("like")],
    ["pin", by("pin")],
    ["hide", by("hide")],
  ];
}

function yearsOf(years: Int16Array): [number, number] {
  let first = 9999;
  let last = 0;
  for (const year of years) {
    if (year > 0 && year < first) first = year;
    if (year > last) last = year;
  }
  return first <= last ? [first, last] : [1900, 2000];
}

/** Rows of some years, or of all and of none, and of a category. */
function litRows(columns: Columns, years: [number, number] | null, focus: number, of: Uint8Array): number[] {
  const rows: number[] = [];
  for (let row = 0; row < columns.titles; row += 1) {
    const year = columns.year[row] as number;
    const inTime = years === null || (year >= years[0] && year <= years[1]);
    if (inTime && (focus < 0 || of[row] === focus)) rows.push(row);
  }
  return rows;
}
