// Files on their way from wherever they were dropped to the screen that imports them.

import { signal } from "@preact/signals";
import { kept } from "./kept";

export const dropped = signal<File[]>([]);

/** The import that was made last, to be looked at again. */
export const lastImport = kept<string>("import", "", (value): value is string => typeof value === "string");

export function takeFiles(files: File[]): void {
  dropped.value = files;
}
