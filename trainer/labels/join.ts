/**
 * SQL of readings with the label that counts, equal to {@link labelAt}: `columns` of `readings`, and `label`. Both have sensor and event_time or from_time and to_time. Moments at which the
 * label of a sensor may change are told first, so that each reading looks for one of them: n log m for n readings and m labels, and for each sensor the square of its labels.
 *
 *     labels   [ 1 ──────────────── )
 *                     [ 0 ──── )
 *     cuts     ^      ^        ^    ^
 *     label    1      0        1    NULL: the reading's own
 */
export function withLabels(readings: string, labels: string, columns: readonly string[]): string {
  return `
    WITH given AS (SELECT * FROM (${labels})),
    cuts AS (SELECT sensor, from_time AS at FROM given UNION SELECT sensor, to_time FROM given),
    spans AS (
      SELECT cuts.sensor, cuts.at, arg_max(given.label, {given_time: given.given_time, number: given.number, label: given.label}) AS label
      FROM cuts LEFT JOIN given ON given.sensor = cuts.sensor AND given.from_time <= cuts.at AND cuts.at < given.to_time
      GROUP BY cuts.sensor, cuts.at
    )
    SELECT ${columns.map((column) => `told.${column}`).join(", ")}, coalesce(spans.label, told.label) AS label
    FROM (${readings}) AS told ASOF LEFT JOIN spans ON told.sensor = spans.sensor AND told.event_time >= spans.at`;
}
