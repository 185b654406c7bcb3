// Handing a file to the browser.

export function save(name: string, content: string | Blob, type = "text/plain;charset=utf-8"): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = fileName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A name that every file system takes. */
export function fileName(name: string): string {
  return name.replace(/[\\/:*?"<>|\s]+/g, "-").replace(/^[-.]+|-+(?=\.)/g, "") || "reelation";
}
