import type { Notice } from "./notice.ts";

/** What came of an attempt. `later`: it may go well another time; `never`: it will not. */
export type Attempt =
  | { readonly kind: "delivered"; readonly answer: string }
  | { readonly kind: "later"; readonly reason: string; readonly afterMs: number | null }
  | { readonly kind: "never"; readonly reason: string };

/** Where notices go. Adapters: a webhook, a program. */
export interface Target {
  /** For people, without what is secret. */
  readonly description: string;
  /** Never throws. `signal` ends the attempt. */
  send(notice: Notice, signal: AbortSignal): Promise<Attempt>;
}
