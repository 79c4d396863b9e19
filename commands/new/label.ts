import type { Column } from "./columns.ts";

/** What is to be learnt, and why it is taken for that. */
export interface LabelGuess {
  /** Null: there is none. */
  readonly column: Column | null;
  readonly reason: string;
}

const NAME = /(label|fault|fail|alarm|alert|anomal|event|fire|occup|presen|leak|defect|target|class|broken|^y$)/i;

/** Of columns that are 0 or 1 the one that is called like a label, else the only one; of several others none, as they may be measurements. */
export function guessLabel(columns: readonly Column[]): LabelGuess {
  const binary = columns.filter((each) => each.isBinary);
  const named = binary.find((each) => NAME.test(each.name));
  if (named) return { column: named, reason: `${VALUES}, and is called like a label` };
  const [only, ...others] = binary;
  if (!only) return { column: null, reason: "no key has both 0 and 1, or true and false, and nothing else. Rules tell of values that were not seen" };
  if (others.length === 0) return { column: only, reason: `is the only one that ${VALUES}; --label none where it is a measurement` };
  return { column: null, reason: `${binary.map(({ name }) => name).join(", ")} have 0 and 1 alone, and none is called like a label; --label says which is to be learnt. Rules tell of values that were not seen` };
}

const VALUES = "has 0 and 1 alone, or true and false";
