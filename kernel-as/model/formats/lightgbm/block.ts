import type { Floats } from "../../forest.ts";
import { broken, unsupported, type Lines, type Span } from "./lines.ts";
import type { NumberReader } from "./numbers.ts";

/** Keys of a tree, of every LightGBM from 2.0 to 4.7, in their order. `leaf_parent` and `has_categorical` say nothing that others do not. */
const known: readonly string[] =
  `num_leaves num_cat split_feature split_gain threshold decision_type default_value left_child right_child leaf_parent
   leaf_value leaf_weight leaf_count internal_value internal_weight internal_count cat_boundaries cat_threshold
   is_linear leaf_const num_features leaf_features leaf_coeff shrinkage has_categorical`.split(/\s+/);

/** The lines of one tree, by key, and what reads their numbers. */
export class Block {
  readonly numbers: NumberReader;
  readonly #entries = new Map<string, Span>();
  readonly #first: number;

  /**
   * Takes the lines behind the `Tree=` line that the walk stands at, and leaves the walk behind them. Throws `MGV_MODEL_UNSUPPORTED` for
   * keys that no known version writes: what they mean would be lost.
   */
  constructor(lines: Lines, numbers: NumberReader) {
    this.numbers = numbers;
    this.#first = lines.number;
    for (lines.advance(); !lines.isBlank && !lines.startsWith("Tree=") && !lines.is("end of trees"); lines.advance()) {
      const entry = lines.entry(known) ?? broken({ line: lines.number, key: "" }, "a line of a tree is key=value");
      if (this.#entries.has(entry.key)) broken(entry, "it is there twice");
      if (!known.includes(entry.key)) unsupported(entry, "no known version of LightGBM writes such a line into a tree");
      this.#entries.set(entry.key, entry);
    }
  }

  get(key: string): Span | null {
    return this.#entries.get(key) ?? null;
  }

  must(key: string): Span {
    return this.get(key) ?? broken({ line: this.#first, key: "" }, `the tree that begins here has no ${key}`);
  }

  /** Numbers to `target` from its element `from` on; where the line is absent or empty, what is there stays. */
  into(key: string, target: Floats, from: number, count: number): void {
    const span = this.get(key);
    if (span !== null && span.start !== span.end) this.numbers.into(span, target, from, count);
  }
}
