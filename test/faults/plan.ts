import process from "node:process";
import { random } from "../fixtures/random.ts";

/** What is done to the engines or their broker. */
export const stepKinds = [
  /** One more member. */
  "join",
  /** Ended by SIGTERM, for good. */
  "leave",
  /** Ended by SIGTERM and started again. */
  "restart",
  /** Another model file, while windows are open. */
  "swap",
  /** kill -9, for good. */
  "lose",
  /** kill -9, and started again. */
  "kill",
  /** Stopped for longer than the group waits for it, then continued: it holds what others have long taken over. */
  "zombie",
  "broker restart",
  "broker kill",
  "broker pause",
  /** A commit fails, with its outputs sent. */
  "abort",
  /** A snapshot fails, with the first of its chunks written. */
  "cut short",
  /** kill -9 in the midst of a snapshot's chunks, and started again. */
  "cut",
  /** Files cannot be written for a while. */
  "disk full",
  /** The broker takes nothing for a while, and there is more to send than a task holds. */
  "slow sink",
  /** Ended by SIGTERM, and started again with --rebuild. */
  "rebuild",
  /** All are ended by SIGTERM, and started again with --rebuild and another pipeline. */
  "change",
  /** kill -9 of a process that a supervisor has started. */
  "kill worker",
  /** Ended by SIGTERM and started again with another number of workers. */
  "resize",
] as const;

export type StepKind = (typeof stepKinds)[number];

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

/** Limits for the files of a process that runs can be set on Linux alone. */
const limited = process.platform === "linux" ? (["disk full"] as const) : [];

export const cleanDeck: readonly StepKind[] = ["restart", "swap"];
/** For both guarantees. */
const eitherDeck = ["kill", "zombie", "broker kill", "swap", "broker pause", "restart", "abort"] as const;
export const leastOnceDeck: readonly StepKind[] = eitherDeck;
export const crashDeck: readonly StepKind[] = [...eitherDeck, "kill", ...limited, "cut"];
/** Of the long form: the broker goes six times. */
export const longDeck: readonly StepKind[] = [
  ...crashDeck,
  ...limited,
  ...(["kill", "kill", "zombie", "swap", "broker restart", "broker kill", "broker restart", "broker kill", "broker restart"] as const),
  ...(["abort", "cut", "cut short", "slow sink", "rebuild"] as const),
];
/** Of a group whose pipeline changes: each change ends all of its members. */
export const changeDeck: readonly StepKind[] = ["rebuild", "change", "broker kill"];
/** Of a group whose connections are encrypted, and that tells who it is. */
export const secureDeck: readonly StepKind[] = ["kill", "broker kill"];
/** Of workers, in this order: of two processes, of three, of one, and of two again. */
export const workersDeck: readonly StepKind[] = ["kill worker", "resize", "kill worker", "broker kill", "resize", "swap", "resize"];

/** Of the soak under load, whose feed goes on meanwhile. */
export const steadyDeck: readonly StepKind[] = ["swap", "kill", "swap", "restart", "broker restart", "swap", "kill", "broker kill"];

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
        yield { kind, member: isOfAll(kind) ? null : pick() };
      }
    }
  }
}

/** Steps of a group that one supervisor starts: the deck in its order, without end. */
export function* supervised(deck: readonly StepKind[]): Generator<Step, never> {
  for (;;) for (const kind of deck) yield { kind, member: isOfAll(kind) ? null : "m1" };
}

function isOfAll(kind: StepKind): boolean {
  return kind === "swap" || kind === "slow sink" || kind.startsWith("broker");
}

/** How many steps of `planned` lead through the deck once. */
export function lengthOf(deck: readonly StepKind[]): number {
  return deck.length + 4;
}
