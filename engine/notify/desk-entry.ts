/** What has become of an alert, by its key. */
export type DeskEntry =
  | { readonly kind: "acknowledged"; readonly key: string; readonly by: string; readonly note: string | null; readonly time: string }
  | { readonly kind: "notified"; readonly key: string; readonly route: string; readonly outcome: "delivered" | "failed"; readonly time: string };

/** Keeps entries, and gives those that were kept. Adapters: memory, a file of a state, a topic of Kafka. */
export interface DeskLog extends AsyncDisposable {
  /** Resolves once it will not be lost. Throws `MGV_FILE_WRITE`, `MGV_BROKER`. */
  append(entry: DeskEntry): Promise<void>;
  /** Gives what is there, and what others append from then on, until disposed. Resolves once what was there is given, where that is known. */
  follow(give: (entry: DeskEntry) => void): Promise<void>;
}

/** Nothing is kept. */
export const forgetfulDeskLog: DeskLog = {
  append: () => Promise.resolve(),
  follow: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** Null for what is none. */
export function readDeskEntry(text: string): DeskEntry | null {
  try {
    const { kind, key, by, note, route, outcome, time } = JSON.parse(text) as Record<string, unknown>;
    if (typeof key !== "string" || typeof time !== "string") return null;
    if (kind === "acknowledged" && typeof by === "string") return { kind, key, by, note: typeof note === "string" ? note : null, time };
    if (kind === "notified" && typeof route === "string" && (outcome === "delivered" || outcome === "failed")) return { kind, key, route, outcome, time };
    return null;
  } catch {
    return null;
  }
}
