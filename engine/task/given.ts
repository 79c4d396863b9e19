/** What a user's function gave for a field, null for a missing value. Throws for what is no number: a name that is spelled otherwise, a promise. */
export function givenNumber(values: Readonly<Record<string, unknown>>, field: string): number {
  const value = values[field];
  if (typeof value === "number") return value;
  if (value === null) return NaN;
  if (typeof value === "boolean") return Number(value);
  throw new Error(value === undefined ? `it gave no ${JSON.stringify(field)}` : `it gave ${shown(value)} for ${JSON.stringify(field)}, which is no number`);
}

/** What it answered. Throws for no answer, and for a promise of one. */
export function givenAnswer(answer: unknown): boolean {
  if (typeof answer === "boolean" || typeof answer === "number") return Boolean(answer);
  throw new Error(`it gave ${shown(answer)}, and neither true nor false`);
}

/** The place of a state, such as `.last`, that a snapshot cannot keep as it is; null where JSON keeps all. */
export function unkept(state: unknown, place = ""): string | null {
  if (typeof state === "number") return Number.isFinite(state) && !Object.is(state, -0) ? null : place;
  if (state === null || typeof state === "boolean" || typeof state === "string") return null;
  if (typeof state !== "object" || (!Array.isArray(state) && Object.getPrototypeOf(state) !== Object.prototype)) return place;
  const found = Object.entries(state).flatMap(([key, value]) => (value === undefined && !Array.isArray(state) ? [] : (unkept(value, `${place}.${key}`) ?? [])));
  return found[0] ?? null;
}

function shown(value: unknown): string {
  if (value instanceof Promise) return "a promise";
  return typeof value === "string" ? JSON.stringify(value) : value === undefined ? "undefined" : `a value of type ${typeof value}`;
}
