/** Mann and Whitney: how often two sets of samples of one kind would be at least so far apart in their ranks, either way. Exact, where there are no ties; ties count half. 1 without samples. */
export function rankTest(first: readonly number[], second: readonly number[]): number {
  const [n, m] = [first.length, second.length];
  const above = first.reduce((sum, a) => sum + second.reduce((wins, b) => wins + (a > b ? 1 : a === b ? 0.5 : 0), 0), 0);
  const ways = waysByWins(n, m);
  const all = ways.reduce((sum, each) => sum + each, 0);
  const least = Math.floor(Math.min(above, n * m - above));
  const tail = ways.slice(0, least + 1).reduce((sum, each) => sum + each, 0);
  return Math.min(1, (2 * tail) / all);
}

/** Of all ways to put `n` and `m` samples in order, those in which the first win u of the pairs, by u: the largest of all is one of the first, and wins m pairs, or one of the second. */
function waysByWins(n: number, m: number): number[] {
  const rows = Array.from({ length: n + 1 }, () => Array.from({ length: m + 1 }, () => [1]));
  for (let i = 1; i <= n; i++) {
    for (let j = 1; j <= m; j++) {
      rows[i]![j] = Array.from({ length: i * j + 1 }, (_, u) => (rows[i - 1]![j]![u - j] ?? 0) + (rows[i]![j - 1]![u] ?? 0));
    }
  }
  return rows[n]![m]!;
}
