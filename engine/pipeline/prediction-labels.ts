/** What predictions of an event are called, each at its number: `no_fire`, `fire`. */
export function predictionLabels(event: string): readonly [string, string] {
  return [`no_${event}`, event];
}
