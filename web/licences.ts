// Beside the bundle stands a file with the licences of all that is in it.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Emits `licences.txt`: every dependency that is bundled, and its own licence file. */
export function licences(): Plugin {
  return {
    name: "licences",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "licences.txt", source: texts().join("\n\n") });
    },
  };
}

function texts(): string[] {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    packages: Record<string, { version: string; license?: string; dev?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([folder, about]) => folder !== "" && !about.dev)
    .map(([folder, about]) => {
      const file = existsSync(folder) ? readdirSync(folder).find((name) => /^licen[cs]e/i.test(name)) : undefined;
      const name = folder.replace(/^.*node_modules\//, "");
      const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
      return `${name} ${about.version} (${about.license ?? "see its page"})\n\n${text}`.trim();
    });
}
