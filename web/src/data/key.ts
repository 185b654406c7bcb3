// The key of a service that asks for one; kept until the tab is closed.

const NAME = "reelation.key";

let key = read();

/** What a request says of itself. */
export function credentials(): Record<string, string> {
  return key ? { Authorization: `Bearer ${key}` } : {};
}

export function setKey(next: string): void {
  key = next.trim();
  try {
    sessionStorage.setItem(NAME, key);
  } catch {
    // it lasts as long as the page then
  }
}

function read(): string {
  try {
    return globalThis.sessionStorage?.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}
