/**
 * The five particle channels as the recording has them: all of its rows are sums of two columns, one of fine particles
 * and one of coarse, per µg/m³. (The instrument fits its channels to a size distribution of two parameters.)
 */
const FINE = [1, 1.0385, 6.885, 1.074, 0.0243] as const;
const COARSE = [0.2647, 1, 0, 1.151, 0.71] as const;

/** Fine particles at which half of them are no longer told apart, µg/m³: in the recording NC0.5 peaks near 60,000 and falls in denser smoke. */
const CROWDED = 17_800;
/** However dense the smoke, it looks like no more than this; the recording has 45,000 at most. */
const MOST = 38_000;

/** Writes PM1.0, PM2.5, NC0.5, NC1.0, NC2.5 for particles in µg/m³; in dense smoke several fine ones count as a coarse one. */
export function countParticles(row: Float64Array, at: number, fine: number, coarse: number): void {
  const present = limited(fine);
  const crowding = present / CROWDED;
  const single = present / (1 + crowding * crowding);
  const lumped = limited(coarse + present - single);
  for (let i = 0; i < 5; i++) row[at + i] = FINE[i]! * single + COARSE[i]! * lumped;
}

function limited(amount: number): number {
  const share = amount / MOST;
  return amount / Math.sqrt(1 + share * share);
}
