// Names in the form in which they are compared, and how far two are apart.

/** Lower case, no accents, letters and digits only, single blanks. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Letters to insert, delete, replace or swap with a neighbour; `most` + 1 where it is more than `most`. */
export function edit(one: string, two: string, most: number): number {
  if (Math.abs(one.length - two.length) > most) return most + 1;
  let earlier: number[] = [];
  let before = Array.from({ length: two.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const now = [i];
    for (let j = 1; j <= two.length; j += 1) {
      const same = one[i - 1] === two[j - 1] ? 0 : 1;
      let least = Math.min(now[j - 1]! + 1, before[j]! + 1, before[j - 1]! + same);
      if (i > 1 && j > 1 && one[i - 1] === two[j - 2] && one[i - 2] === two[j - 1]) {
        least = Math.min(least, earlier[j - 2]! + 1);
      }
      now.push(least);
    }
    if (Math.min(...now) > most) return most + 1;
    earlier = before;
    before = now;
  }
  return before[two.length]!;
}
