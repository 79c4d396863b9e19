import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Kind } from "./kinds.ts";

/** The files of one kind and date. */
export interface DayFiles {
  /** As in the folder's name, `2026-11-23`. */
  readonly date: string;
  readonly folder: string;
  /** Names of those that count. */
  readonly names: readonly string[];
}

/** Ends the name of the list of files that a merged file of the same name takes the place of: JSON, an array of names. */
export const REPLACES = ".replaces";

const PARQUET = ".parquet";

/** Beyond it a folder changes faster than it can be looked at. */
const LOOKS = 100;

/** What stands in the history of one kind, dates rising. Safe beside whoever writes, merges or deletes. Throws `MGV_HISTORY`. */
export async function filesOf(directory: string, kind: Kind): Promise<DayFiles[]> {
  const days: DayFiles[] = [];
  for (const { date, folder } of await dayFoldersOf(directory, kind)) {
    const names = await countedIn(folder);
    if (names.length > 0) days.push({ date, folder, names });
  }
  return days;
}

/** The folders of one kind, dates rising. Throws `MGV_HISTORY`. */
export async function dayFoldersOf(directory: string, kind: Kind): Promise<{ readonly date: string; readonly folder: string }[]> {
  const folder = join(directory, `kind=${kind}`);
  const dates = (await namesIn(folder)).flatMap((name) => /^date=(\d{4,}-\d\d-\d\d)$/.exec(name)?.[1] ?? []);
  return dates.sort(byLengthAndText).map((date) => ({ date, folder: join(folder, `date=${date}`) }));
}

/**
 * Names of the files in a folder of one date that count: two looks that agree: one alone may pass the place of a merged file before it is there, and that of a replaced one after it is gone.
 *
 *     look   ├ a.parquet ┄ (m.parquet) ┄ ┄ b.parquet ┤      sees a alone
 *     merge              └ m is there ┄ b goes ┘
 */
export async function countedIn(folder: string): Promise<string[]> {
  let before = "";
  for (let look = 0; look < LOOKS; look++) {
    const names = (await namesIn(folder)).sort();
    const seen = names.join("/");
    const replaced = seen === before ? await replacedIn(folder, names) : null;
    if (replaced) return names.filter((name) => name.endsWith(PARQUET) && !replaced.has(name));
    before = seen;
  }
  throw new MangroveError("MGV_HISTORY", `The folder ${folder} changes faster than it can be read. Try again.`);
}

/** What merged files that are there take the place of; null: a list went while it was looked for, and so did what it names. */
async function replacedIn(folder: string, names: readonly string[]): Promise<Set<string> | null> {
  const replaced = new Set<string>();
  for (const name of names) {
    if (!name.endsWith(REPLACES) || !names.includes(mergedOf(name))) continue;
    const list = await replacesOf(join(folder, name));
    if (list === null) return null;
    for (const each of list) replaced.add(each);
  }
  return replaced;
}

/** The merged file that a list belongs to. */
export function mergedOf(list: string): string {
  return `${list.slice(0, -REPLACES.length)}${PARQUET}`;
}

/** The names in a list; null where it is gone. */
export async function replacesOf(list: string): Promise<string[] | null> {
  try {
    return JSON.parse(await readFile(list, "utf8")) as string[];
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new MangroveError("MGV_HISTORY", `${list}, which says what a merged file of the history takes the place of, cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Those of a folder that is not there are none. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new MangroveError("MGV_HISTORY", `The history folder ${folder} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Years beyond 9999 have more digits. */
function byLengthAndText(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}
