/** A name as SQL spells it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL spells it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A number of epoch ms as a time; NaN is NULL. */
export const asTime = (column: string) => `epoch_ms(CAST(${column} AS BIGINT))`;
export const asTinyint = (column: string) => `CAST(${column} AS TINYINT)`;
export const asBigint = (column: string) => `CAST(${column} AS BIGINT)`;
