/** The candidate that `word` was most likely meant to be, if any is within a typing slip or two of it; a short one, within fewer. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const letters = lettersOf(word);
  let best: { candidate: string; slips: number } | undefined;
  for (const candidate of candidates) {
    const wanted = lettersOf(candidate);
    const slips = distance(letters, wanted);
    if (slips <= Math.min(2, Math.floor(wanted.length / 4)) && slips < (best?.slips ?? Infinity)) best = { candidate, slips };
  }
  return best?.candidate;
}

/** ` Did you mean X?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = nearest(word, candidates);
  return near === undefined ? "" : ` Did you mean ${near}?`;
}

/** Letters and digits, lower case: `TVOC[ppb]`, `tvoc_ppb` and `Tvoc Ppb` are the same word. */
function lettersOf(word: string): string {
  return word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment); above 2 it may come out as Infinity. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Infinity;
  let twoAbove: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? twoAbove[j - 2]! + 1 : Infinity;
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, replaced, swapped));
    }
    [twoAbove, above] = [above, row];
  }
  return above[b.length]!;
}
