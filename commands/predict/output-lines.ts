import type { Forest } from "../../kernel-as/host/forest.ts";
import { numberText, type NumberText } from "../number-text.ts";
import type { InputBatch } from "./input.ts";

/** What of a forest is written: its predictions, the margins they are made of, what each feature adds to each margin, or the leaf of every tree. */
export type Kind = "prediction" | "margin" | "contribution" | "leaf";

export interface OutputLinesOptions {
  readonly forest: Forest;
  readonly kind: Kind;
  /** Names of the features, for the columns of contributions; null: the forest's f0, f1, … */
  readonly names: readonly string[] | null;
  /** JSON lines, `{"prediction":0.5}` or `{"margin":[…]}`, in place of a CSV. */
  readonly json: boolean;
}

/** The text of scores: a line for each row of the data. Numbers read back exactly, as f32 of an XGBoost model, as f64 of LightGBM's. */
export class OutputLines {
  readonly #options: OutputLinesOptions;
  readonly #width: number;
  readonly #text: NumberText;

  constructor(options: OutputLinesOptions) {
    this.#options = options;
    const { forest, kind } = options;
    this.#width = valuesPerRow(forest, kind);
    this.#text = kind === "leaf" ? String : numberText(forest.model.family);
  }

  /** Whether a row has one number by nature, not because there is one tree, or no feature. */
  get #isAlone(): boolean {
    const { kind } = this.#options;
    return this.#width === 1 && (kind === "prediction" || kind === "margin");
  }

  /** The first line of a CSV, nothing for JSON. One column is called by its kind alone. */
  header(): string {
    const { kind, json } = this.#options;
    if (json) return "";
    if (kind === "contribution") return `${this.#contributionNames().join(",")}\n`;
    const name = kind === "leaf" ? "tree" : kind;
    const names = this.#isAlone ? [name] : Array.from({ length: this.#width }, (_, i) => `${name}_${i}`);
    return `${names.join(",")}\n`;
  }

  #contributionNames(): string[] {
    const { forest, names } = this.#options;
    const of = (output: string) => [...(names ?? forest.features), "bias"].map((name) => csvCell(`contribution_${output}${name}`));
    return forest.outputs === 1 ? of("") : Array.from({ length: forest.outputs }, (_, output) => of(`${output}_`)).flat();
  }

  /** Rows without features have empty cells, or null. */
  lines({ rows, kept, features }: InputBatch): string {
    const scores = this.#score(features);
    if (kept === null) return Array.from({ length: rows }, (_, row) => this.#line(scores, row)).join("");
    const lines = new Array<string>(rows).fill(this.#emptyLine());
    kept.forEach((row, place) => (lines[row] = this.#line(scores, place)));
    return lines.join("");
  }

  #score(features: InputBatch["features"]): ArrayLike<number> {
    const { forest, kind } = this.#options;
    if (kind === "leaf") return forest.leaves(features);
    if (kind === "contribution") return forest.contributions(features);
    return kind === "margin" ? forest.margins(features) : forest.predict(features);
  }

  #line(scores: ArrayLike<number>, row: number): string {
    const { json, kind } = this.#options;
    let cells = "";
    for (let i = row * this.#width; i < (row + 1) * this.#width; i++) {
      const score = scores[i]!;
      const text = json && !Number.isFinite(score) ? "null" : this.#text(score);
      cells += i === row * this.#width ? text : `,${text}`;
    }
    if (!json) return `${cells}\n`;
    return this.#isAlone ? `{"${kind}":${cells}}\n` : `{"${kind}":[${cells}]}\n`;
  }

  #emptyLine(): string {
    const { json, kind } = this.#options;
    return json ? `{"${kind}":null}\n` : `${",".repeat(Math.max(this.#width - 1, 0))}\n`;
  }
}

/** Numbers in a line of output. */
export function valuesPerRow({ outputs, predictions, trees, model }: Forest, kind: Kind): number {
  return { prediction: predictions, margin: outputs, contribution: outputs * (model.featureCount + 1), leaf: trees }[kind];
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
