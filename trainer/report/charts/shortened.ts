/** Units that a letter takes at the charts' size of 11, rather too many than too few. */
const LATIN = 6.3;
const WIDE = 11.5;

/** A text that fits into a width, with `…` for what is left out of its middle: names of features differ at their ends. */
export function shortened(text: string, width: number): string {
  const letters = Array.from(text);
  const widths = letters.map((letter) => (/[\u0020-\u024f]/.test(letter) ? LATIN : WIDE));
  if (widths.reduce((sum, each) => sum + each, 0) <= width) return text;
  let left = width - WIDE;
  let [head, tail] = [0, letters.length];
  for (let fromHead = true; ; fromHead = !fromHead) {
    left -= fromHead ? widths[head]! : widths[tail - 1]!;
    if (left < 0) return `${letters.slice(0, head).join("")}…${letters.slice(tail).join("")}`;
    if (fromHead) head++;
    else tail--;
  }
}
