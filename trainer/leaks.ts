import type { Schema } from "../kernel-as/schema.ts";
import type { Dataset } from "./dataset.ts";
import { hashedRows, type HashedRows } from "./leaks/equal-rows.ts";
import { tellingFeatures, type TellingFeature } from "./leaks/features.ts";
import { foldLeak } from "./leaks/folds.ts";
import { orderOf, type Order, type OrderColumn } from "./leaks/order.ts";
import { csvTable, datasetTable } from "./leaks/table.ts";
import { twinsOf, type CopiedRecording, type RepeatedRows } from "./leaks/twins.ts";
import type { Split } from "./split.ts";

/** Something that makes a score better than it will be on readings that are yet to come. */
export interface Finding {
  readonly kind: "copies" | "repeated rows" | "order" | "labels" | "feature" | "neighbours" | "equal rows";
  /** Recording, column, feature or split that it is about. */
  readonly of: string;
  /** What was found, with figures, for people. */
  readonly sentence: string;
}

export interface LeakSearch {
  readonly dataset: Dataset;
  /** Splits that claim to be honest. */
  readonly splits?: readonly Pick<Split<string>, "title" | "folds">[];
  /** The CSV that the dataset was read from, for the columns that the pipeline does not read. */
  readonly file?: { readonly path: string; readonly schema: Schema };
}

/** Fewer changes of the label are a handful of fires, however many rows there are. */
const FEW_CHANGES = 20;

/** A column that orders rows is told of from this AUC on. */
const ORDER_AUC = 0.9;

/** Shares of a split's test rows that are told of. */
const NEIGHBOURS = 0.1;
const EQUAL_ROWS = 0.05;

/**
 * Looks for what makes scores too good: copies, columns that order or count, a label that hardly changes, a feature that says it all, and what the two sides of a split share. Reads the file twice,
 * and holds no more than some rows of it. The same data give the same findings. Throws `MGV_FILE_READ`.
 */
export async function findLeaks({ dataset, splits = [], file }: LeakSearch): Promise<Finding[]> {
  const table = (file && (await csvTable(file.path, file.schema))) ?? datasetTable(dataset);
  const order = await orderOf(table);
  const { copies, repeated } = await twinsOf(table, order);
  const { columns, keys } = table;
  const hashed = splits.length === 0 ? [] : hashedRows(dataset);
  return [
    ...copies.map((copy) => copied(copy, columns)),
    ...(repeated === null ? [] : [repeatedRows(repeated, columns)]),
    ...order.orders.filter(({ auc }) => auc !== null && auc >= ORDER_AUC).map((each) => ordering(each, columns[each.column]!, { isKey: keys.has(columns[each.column]!), isFeature: dataset.featureNames.includes(columns[each.column]!) })),
    ...labels(order),
    ...tellingFeatures(dataset).map((each) => telling(each, dataset.featureNames)),
    ...splits.flatMap((split) => shared(split, dataset, hashed)),
  ];
}

function copied({ recording, of, share, compared, but }: CopiedRecording, columns: readonly string[]): Finding {
  const sentence = `Recording ${recording} equals ${of}${without(but, columns)} (${percent(share)} of ${compared} rows compared): what is learned from one is known of the other.`;
  return { kind: "copies", of: recording, sentence };
}

function repeatedRows({ share, compared, but }: RepeatedRows, columns: readonly string[]): Finding {
  const sentence = `${percent(share)} of ${compared} rows compared come again in their recording, equal${without(but === -1 ? [] : [but], columns)}: a split that parts them tests what was learned.`;
  return { kind: "repeated rows", of: "rows", sentence };
}

function ordering({ kind, auc, pieces }: OrderColumn, name: string, { isKey, isFeature }: { isKey: boolean; isFeature: boolean }): Finding {
  const called = name === "" ? "The column without a name" : `Column ${name}`;
  const use = isFeature ? "It is a feature here: leave it out." : "It is no feature here, and must not become one.";
  const sentence = `${called} ${isKey ? "tells the time" : kind}, and alone, cut into ${pieces} pieces, it ranks the label with an AUC of ${auc!.toFixed(4)}: it says when a row was written, not what was measured. ${use}`;
  return { kind: "order", of: name, sentence };
}

function labels({ rows, recordings, labelChanges }: Order): Finding[] {
  if (labelChanges >= FEW_CHANGES) return [];
  const sentence = `The label changes at ${labelChanges} of ${rows} rows, in ${recordings === 1 ? "1 recording" : `${recordings} recordings`}: the rows between two changes are one example, not many.`;
  return [{ kind: "labels", of: "label", sentence }];
}

function telling({ feature, auc }: TellingFeature, features: readonly string[]): Finding {
  const sentence = `Feature ${features[feature]} alone ranks the label with an AUC of ${auc.toFixed(4)}: see that it is measured before the label is known, and does not follow from it.`;
  return { kind: "feature", of: features[feature]!, sentence };
}

function shared({ title, folds }: Pick<Split<string>, "title" | "folds">, dataset: Dataset, hashed: readonly HashedRows[]): Finding[] {
  if (folds.length === 0) return [];
  const { neighbours, reachMs, sameLabel, sameByChance, equal } = foldLeak(dataset, hashed, folds);
  const found: Finding[] = [];
  if (neighbours >= NEIGHBOURS && sameLabel - sameByChance > (1 - sameByChance) / 2) {
    const sentence = `In the split "${title}" ${percent(neighbours)} of the test rows have a training row of their recording within ${Math.ceil(reachMs / 1000)} s, and ${percent(sameLabel)} of those its label: it tests what was learned.`;
    found.push({ kind: "neighbours", of: title, sentence });
  }
  if (equal !== null && equal.share >= EQUAL_ROWS) {
    const sentence = `In the split "${title}" ${percent(equal.share)} of the test rows equal a training row${without(equal.but === -1 ? [] : [equal.but], dataset.featureNames)}: it tests what was learned.`;
    found.push({ kind: "equal rows", of: title, sentence });
  }
  return found;
}

function without(but: readonly number[], columns: readonly string[]): string {
  const names = but.map((column) => columns[column]!);
  if (names.length === 0) return "";
  return ` but for ${names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
