import type { ForestModel } from "../../kernel-as/model/forest.ts";

type Categories = readonly (string | number | boolean | null)[];

/** The codes of one feature's categories, by their values. */
export class CategoryCodes {
  /** Values that are none of the categories. */
  unknown = 0;
  /** The first of them. */
  firstUnknown: string | null = null;
  readonly feature: number;
  readonly #byText = new Map<string, number>();
  readonly #byNumber = new Map<number, number>();

  constructor(feature: number, categories: Categories) {
    this.feature = feature;
    categories.forEach((category, code) => {
      if (typeof category === "number") this.#byNumber.set(category, code);
      else this.#byText.set(String(category), code);
    });
  }

  /** NaN for what is missing or unknown. True and false may be spelled as Python does. */
  codeOf(text: string): number {
    const code = this.#byText.get(text) ?? this.#byText.get(text.replace(/^(True|TRUE|False|FALSE)$/, (word) => word.toLowerCase()));
    if (code !== undefined) return code;
    if (/^(|NaN|nan|NA|null|NULL)$/.test(text.trim())) return NaN;
    const number = this.#byNumber.size > 0 && text.trim() !== "" ? this.#byNumber.get(Number(text)) : undefined;
    if (number !== undefined) return number;
    this.unknown++;
    this.firstUnknown ??= text;
    return NaN;
  }
}

/** By feature; null for numbers, and for categories that the file does not name. */
export function categoryCodes({ categoryNames }: ForestModel): (CategoryCodes | null)[] {
  return (categoryNames ?? []).map((categories, feature) => categories && new CategoryCodes(feature, categories));
}
