// Lists of one date after another as lines: a title's line goes up and down with its rank, begins where it came and ends
// where it went.

interface Item {
  title_id: string;
  name: string;
}

interface Props {
  label: string;
  /** One name a list. */
  dates: string[];
  lists: Item[][];
  chosen: number;
  /** The title whose line stands out. */
  lit: string | null;
}

const WIDTH = 560;
const LEFT = 30;
const RIGHT = 22;
const TOP = 30;
const STEP = 24;

export function RankChart({ label, dates, lists, chosen, lit }: Props) {
  const ranks = Math.max(...lists.map((list) => list.length));
  const height = TOP + STEP * ranks + 4;
  const gap = (WIDTH - LEFT - RIGHT) / Math.max(1, lists.length - 1);
  const x = (at: number) => LEFT + gap * at;
  const y = (rank: number) => TOP + STEP * (rank + 0.5);
  const lines = linesOf(lists);
  const state = ({ id, places }: Line) =>
    id === lit ? " lit" : places.every((rank) => rank !== null) ? " steady" : "";
  return (
    <svg class="chart ranks" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={label}>
      {dates.map((date, at) => (
        <g key={date} class={`tick${at === chosen ? " chosen" : ""}`}>
          <rect x={x(at) - gap / 2} y={0} width={gap} height={height} />
          <text x={x(at)} y={14} text-anchor="middle">
            {date}
          </text>
        </g>
      ))}
      {Array.from({ length: ranks }, (_, rank) => (
        <text key={rank} class="tick" x={2} y={y(rank) + 4}>
          {rank + 1}
        </text>
      ))}
      {lines.map((line) => (
        <g key={line.id} class={`rank-line${state(line)}`}>
          <title>{line.name}</title>
          <path d={drawn(line.places, x, y)} />
          {line.places.map((rank, at) => rank !== null && <circle key={at} cx={x(at)} cy={y(rank)} r={4.5} />)}
        </g>
      ))}
    </svg>
  );
}

interface Line {
  id: string;
  name: string;
  /** Rank at each date, from 0; null where it is not in the list. */
  places: (number | null)[];
}

/** A line for every title that is in any list. */
export function linesOf(lists: Item[][]): Line[] {
  const lines = new Map<string, Line>();
  lists.forEach((list, at) => {
    list.forEach(({ title_id: id, name }, rank) => {
      const line = lines.get(id) ?? { id, name, places: lists.map(() => null) };
      line.places[at] = rank;
      lines.set(id, line);
    });
  });
  return [...lines.values()];
}

function drawn(places: (number | null)[], x: (at: number) => number, y: (rank: number) => number): string {
  let path = "";
  let before: number | null = null;
  places.forEach((rank, at) => {
    if (rank !== null && before !== null) {
      const middle = (x(at - 1) + x(at)) / 2;
      path += `M${x(at - 1)} ${y(before)}C${middle} ${y(before)} ${middle} ${y(rank)} ${x(at)} ${y(rank)}`;
    }
    before = rank;
  });
  return path;
}
