import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fill } from "../src/i18n";
import en from "../src/i18n/en.json";
import zh from "../src/i18n/zh.json";

const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((one) => one[1]).sort();
const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((one) =>
    one.isDirectory()
      ? sources(`${folder}/${one.name}`)
      : /\.tsx?$/.test(one.name)
        ? [readFileSync(`${folder}/${one.name}`, "utf8")]
        : [],
  );

describe("messages", () => {
  it("are the same in both languages", () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });

  it("have the same holes, and are not empty", () => {
    for (const [key, text] of Object.entries(en)) {
      const other = (zh as Record<string, string>)[key] ?? "";
      expect(other.trim(), key).not.toBe("");
      expect(holes(other), key).toEqual(holes(text));
    }
  });

  it("are Chinese where they are said to be", () => {
    const plain = Object.entries(zh).filter(([, text]) => !/[\u4e00-\u9fff]/.test(text));
    // What only repeats a value, or is the same everywhere.
    expect(plain.map(([key]) => key).sort()).toEqual(["search.for", "tune.times"]);
  });

  it("are all used", () => {
    const code = sources("src").join("\n");
    const prefixes = [...code.matchAll(/[`"]([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g)].map((one) => one[1] as string);
    const unused = Object.keys(en).filter((key) => {
      const base = key.replace(/\.(one|other)$/, "");
      const direct = code.includes(`"${key}"`) || code.includes(`"${base}"`);
      return !direct && !prefixes.some((prefix) => key.startsWith(prefix));
    });
    expect(unused).toEqual([]);
  });

  it("are filled in", () => {
    expect(fill("{a} and {b}, {c}", { a: 1, b: "x" })).toBe("1 and x, {c}");
  });
});
