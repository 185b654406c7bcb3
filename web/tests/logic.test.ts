import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { asked } from "../src/create/asked";
import { apart } from "../src/create/gaps_chart";
import { chipsOf } from "../src/data/chips";
import type { Gap } from "../src/data/create_types";
import { parseProblem } from "../src/data/problem";
import type { Shared } from "../src/data/types";
import { changes, PLAIN, queryOf, wishOf } from "../src/data/wish";
import { csv } from "../src/export/csv";
import { escaped } from "../src/export/escaped";
import { gexf } from "../src/export/gexf";
import { fileName } from "../src/export/save";
import zh from "../src/i18n/zh.json";
import { parse, to } from "../src/router";
import { numbersOf } from "../src/screens/data_card";
import { linesOf } from "../src/ui/rank_chart";
import { sortRows } from "../src/ui/table";
import { ticks } from "../src/ui/timeline_chart";

const shared = (name: string, facet: string): Shared => ({
  node_id: name,
  name,
  type: "person",
  roles_here: [],
  roles_there: [],
  titles: 2,
  facet,
  share: 0,
  used: true,
  drop: null,
});

describe("addresses", () => {
  it("go there and back", () => {
    const target = to("title", "imdb:tt0078748", { why: "x y", kind: ["film", "short"], empty: "", none: null });
    expect(target).toBe("/title/imdb:tt0078748?why=x+y&kind=film&kind=short");
    const { screen, id, query } = parse(target);
    expect([screen, id, query.get("why"), query.getAll("kind")]).toEqual([
      "title",
      "imdb:tt0078748",
      "x y",
      ["film", "short"],
    ]);
  });

  it("hold ids of any kind", () => {
    for (const id of ["a/b?c#d", "100%", "豆瓣:1", "x y"]) expect(parse(to("title", id)).id).toBe(id);
  });

  it("keep what somebody wrote from the service", () => {
    const target = to("create", "", { text: "A chef & a #1 war", genre: "drama" });
    expect(target).toBe("/create?genre=drama#text=A+chef+%26+a+%231+war");
    expect(parse(target).query.get("text")).toBe("A chef & a #1 war");
    expect(parse(target).query.get("genre")).toBe("drama");
    expect([...parse("/create?text=old#main").query]).toEqual([["text", "old"]]);
  });

  it("are home where they are empty", () => {
    expect(parse("/").screen).toBe("home");
    expect(to("home")).toBe("/");
  });
});

describe("wishes", () => {
  it("are their query", () => {
    const wish = { ...PLAIN, weights: { people: 1.5, story: 0 }, asOf: 1979, genres: ["horror"], popularity: -0.5 };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(queryOf(wish))) {
      for (const one of value === null ? [] : [value].flat()) query.append(name, one);
    }
    expect(wishOf(query)).toEqual(wish);
    expect(changes(wish)).toBe(4);
  });

  it("pass over what they do not understand", () => {
    const query = new URLSearchParams("weights=people=x,=2,story=-1&popularity=9&as_of=soon&count=0");
    expect(wishOf(query)).toEqual({ ...PLAIN, popularity: 1, count: 1 });
  });
});

describe("reasons", () => {
  it("are cut into chips that know their facet", () => {
    const found = chipsOf("both with Sigourney Weaver; both rated R；a director of both", [
      shared("Sigourney Weaver", "people"),
      shared("R", "context"),
      shared("director of both", "people"),
    ]);
    expect(found.map((chip) => chip.facet)).toEqual(["people", "context", "people"]);
    expect(found[0]).toEqual({ text: "both with Sigourney Weaver", facet: "people" });
    expect(found).toHaveLength(3);
  });

  it("say that viewers decide in the very words of the service", () => {
    const said = readFileSync("../src/reelation/messages/en/alike.json", "utf8");
    const words = JSON.parse(said).audience as string;
    const found = chipsOf(`${words}; both Horror`, [shared("Horror", "story")]);
    expect(found).toEqual([
      { text: words, facet: "audience" },
      { text: "both Horror", facet: "story" },
    ]);
    const chinese = JSON.parse(readFileSync("../src/reelation/messages/zh/alike.json", "utf8"));
    expect(zh["related.same_viewers"]).toBe(chinese.audience);
  });

  it("say of look and sound which of the two they speak of", () => {
    const light = {
      facet: "look" as const,
      block: "image",
      trait: "light",
      part: 0.1,
      figures: [],
      words: "light (lightness 24 and 27)",
    };
    const found = chipsOf(
      "alike in look: light (lightness 24 and 27); both Horror",
      [shared("Horror", "story")],
      undefined,
      [light],
    );
    expect(found.map((chip) => chip.facet)).toEqual(["look", "story"]);
  });
});

describe("problems", () => {
  it("have one shape, whatever comes", () => {
    for (const body of [null, "x", 3, { type: 4, suggestions: "x" }]) {
      expect(parseProblem(500, body)).toMatchObject({
        status: 500,
        title: "HTTP 500",
        suggestions: [],
        candidates: [],
      });
    }
  });
});

describe("exports", () => {
  it("write tables that begin no formula", () => {
    expect(
      csv(
        ["a", "b"],
        [
          ["=1+1", 'say "x", y'],
          [null, 2],
        ],
      ),
    ).toBe('\ufeffa,b\r\n\'=1+1,"say ""x"", y"\r\n,2\r\n');
  });

  it("write XML that parses, whatever a name holds", () => {
    expect(escaped('<a & "b">\u0000')).toBe("&lt;a &amp; &quot;b&quot;&gt;");
    const nodes = [{ id: "t:1", type: "title", name: "A & <B>", year: null, weight: 1 }];
    const text = gexf({ centre: "t:1", nodes, edges: [{ source: "t:1", target: "t:1", relation: "x", weight: 1 }] });
    expect(text).toContain('label="A &amp; &lt;B&gt;"');
    expect(text).not.toContain('for="year" value=""');
  });

  it("name files safely", () => {
    expect(fileName('a/b: "c"?.csv')).toBe("a-b-c.csv");
    expect(fileName("..")).toBe("reelation");
  });
});

describe("tables", () => {
  it("sort numbers as numbers, what is missing last", () => {
    const rows = [{ v: 10 }, { v: null }, { v: 9 }];
    expect(sortRows(rows, (row) => row.v, false).map((row) => row.v)).toEqual([9, 10, null]);
    expect(sortRows(rows, (row) => row.v, true).map((row) => row.v)).toEqual([10, 9, null]);
  });
});

describe("figures", () => {
  it("are found in nested scores, lists left out", () => {
    expect(numbersOf({ a: { b: 1, c: [1, 2], d: "x" }, e: Number.NaN })).toEqual([["a · b", 1]]);
  });

  it("have round ticks", () => {
    for (const most of [0.003, 0.098, 1, 37]) {
      const found = ticks(most);
      expect(found.length).toBeGreaterThanOrEqual(3);
      expect(found.length).toBeLessThanOrEqual(6);
      expect(found.at(-1)).toBeLessThanOrEqual(most * 1.001);
    }
  });
});

describe("lines of ranks", () => {
  it("end where a title goes and begin again where it comes back", () => {
    const list = (...ids: string[]) => ids.map((id) => ({ title_id: id, name: id.toUpperCase() }));
    const lines = linesOf([list("a", "b"), list("b", "c"), list("a", "b")]);
    expect(lines.map(({ id, places }) => [id, places])).toEqual([
      ["a", [0, null, 0]],
      ["b", [1, 0, 1]],
      ["c", [null, 1, null]],
    ]);
  });
});

describe("what is asked of the creative aid", () => {
  const of = (feature: Parameters<typeof asked>[0], text: string) => asked(feature, new URLSearchParams(text));

  it("is nothing while something is missing", () => {
    expect(of("comps", "tone=slow")).toBeNull();
    expect(of("blend", "a=x")).toBeNull();
    expect(of("combine", "a=x&b=y")).toBeNull();
    expect(of("combine", "minus=z")).toBeNull();
    expect(of("casting", "role=actor")).toBeNull();
    expect(of("programme", "count=5")).toBeNull();
    expect(of("gaps", "")).toEqual({});
  });

  it("holds what the address says, in range, and nothing else", () => {
    expect(of("comps", "text=A+chef&genre=drama,喜剧、war&year=2026&budget=vast&count=99&since=12")).toEqual({
      project: { text: "A chef", genres: ["drama", "喜剧", "war"], year: 2026 },
      count: 10,
    });
    expect(of("blend", "a=x&b=y&mix=7")).toEqual({ a: "x", b: "y", mix: 1 });
    expect(of("combine", "a=x&mix=1&minus=z")).toEqual({ plus: ["x"], minus: ["z"] });
    expect(of("combine", "b=y&plus=v&plus=w")).toEqual({ plus: ["y", "v", "w"] });
    expect(of("casting", "like=x&like=y&attached=Ada+Quill&likely=0")).toEqual({
      like: ["x", "y"],
      with: ["Ada Quill"],
      likely: 0,
    });
    expect(of("programme", "theme=horror&most_decade=2&most_country=&popularity=-2")).toEqual({
      themes: ["horror"],
      at_most: { decade: 2 },
      popularity: -1,
    });
  });
});

describe("gaps between supply and demand", () => {
  it("lie beside each other, not on each other, and in the frame", () => {
    const gap = {} as Gap;
    const placed = apart(
      [0, 1, 2, 3].map((rank) => ({ gap, rank, x: 50, y: 50 })),
      900,
    );
    for (const one of placed) {
      for (const two of placed) if (one !== two) expect(Math.abs(one.x - two.x)).toBeGreaterThan(26);
    }
    expect(apart([{ gap, rank: 1, x: 400, y: 5 }], 300)[0]?.x).toBe(300);
  });
});
