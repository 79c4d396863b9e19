/** A value as a message tells it: text in quotes, so that "1" is not taken for the number. */
export function told(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
