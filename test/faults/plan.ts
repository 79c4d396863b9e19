import { random } from "../fixtures/random.ts";

export type StepKind =
  /** One more member. */
  | "join"
  /** Ended by SIGTERM, for good. */
  | "leave"
  /** Ended by SIGTERM and started again. */
  | "restart"
  /** Another model file, while windows are open. */
  | "swap"
  /** kill -9, for good. */
  | "lose"
  /** kill -9, and started again. */
  | "kill"
  /** Stopped for longer than the group waits for it, then continued: it holds what others have long taken over. */
  | "zombie"
  | "broker restart"
  | "broker kill"
  | "broker pause";

export interface Step {
  readonly kind: StepKind;
  /** Whom it meets; null: the broker, or all. */
  readonly member: string | null;
}

export interface PlanOptions {
  readonly seed: number;
  /** What happens between two members that join and two that leave, in any order. */
  readonly deck: readonly StepKind[];
  /** Whether the members that leave do so without a word: one is killed. */
  readonly isCrash: boolean;
  /** A member that is never met, so that it lives for long. */
  readonly spared?: string;
}

export const cleanDeck: readonly StepKind[] = ["restart", "swap"];
export const crashDeck: readonly StepKind[] = ["kill", "zombie", "broker kill", "swap", "kill", "broker pause", "restart"];
/** Of the long form: the broker goes five times. */
export const longDeck: readonly StepKind[] = [...crashDeck, "kill", "kill", "zombie", "swap", "broker restart", "broker kill", "broker restart", "broker kill", "broker restart"];

/** From one member, `m1`, to three, through the deck, and back to one; then again, without end. The same seed gives the same steps. */
export function* planned({ seed, deck, isCrash, spared }: PlanOptions): Generator<Step, never> {
  const next = random(seed);
  const members = ["m1"];
  const pick = () => {
    const among = members.filter((name) => name !== spared);
    return among[Math.floor(next() * among.length)]!;
  };
  for (;;) {
    const order = deck.map((kind) => ({ kind, key: next() })).sort((a, b) => a.key - b.key);
    for (const kind of ["join", "join", ...order.map(({ kind }) => kind), isCrash ? "lose" : "leave", "leave"] as const) {
      if (kind === "join") {
        const name = ["m1", "m2", "m3"].find((each) => !members.includes(each))!;
        members.push(name);
        yield { kind, member: name };
      } else if (kind === "leave" || kind === "lose") {
        const name = pick();
        members.splice(members.indexOf(name), 1);
        yield { kind, member: name };
      } else {
        yield { kind, member: kind === "swap" || kind.startsWith("broker") ? null : pick() };
      }
    }
  }
}

/** How many steps lead through the deck once. */
export function lengthOf(deck: readonly StepKind[]): number {
  return deck.length + 4;
}
