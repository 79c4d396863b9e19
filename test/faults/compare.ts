import type { Item } from "./fold.ts";

/**
 * `lost`: it must be there and is not. `changed`: something is said of it, and it is something else. `doubled`: it is there too often. `extra`: nothing calls for it. `order`: all is there, in another
 * order than that of its sensor.
 */
export type FindingKind = "lost" | "changed" | "doubled" | "extra" | "order";

export interface Finding {
  readonly what: FindingKind;
  /** A sentence for people. */
  readonly sentence: string;
}

/** What is wrong with `actual`, whose order counts for each kind and sensor by itself. */
export function compare(expected: readonly Item[], actual: readonly Item[]): Finding[] {
  const [wanted, found] = [grouped(expected), grouped(actual)];
  const groups = new Set([...wanted.keys(), ...found.keys()]);
  return [...groups].flatMap((group) => compareGroup(group, wanted.get(group) ?? [], found.get(group) ?? []));
}

function grouped(items: readonly Item[]): Map<string, Item[]> {
  return Map.groupBy(items, ({ kind, of }) => `${kind} of ${of}`);
}

function compareGroup(group: string, expected: readonly Item[], actual: readonly Item[]): Finding[] {
  const say = (what: FindingKind, sentence: string): Finding => ({ what, sentence: `${group}: ${sentence}` });
  const left = counts(expected);
  const surplus = actual.filter((item) => !takeOne(left, nameOf(item)));
  const isWanted = new Set(expected.map(nameOf));
  const doubled = surplus.filter((item) => isWanted.has(nameOf(item)));
  let strange = surplus.filter((item) => !isWanted.has(nameOf(item)));
  const lacking = expected.filter((item) => takeOne(left, nameOf(item)));

  const findings = doubled.map((item) => say("doubled", `${item.id} is there again (${short(item.text)})`));
  for (const item of lacking) {
    const instead = strange.find(({ id }) => id === item.id);
    strange = strange.filter((each) => each !== instead);
    findings.push(instead ? say("changed", `${item.id} is ${short(instead.text)} and must be ${short(item.text)}`) : say("lost", `${item.id} is not there (${short(item.text)})`));
  }
  findings.push(...strange.map((item) => say("extra", `nothing calls for ${item.id} (${short(item.text)})`)));
  if (findings.length > 0) return findings;
  const place = actual.findIndex((item, i) => nameOf(item) !== nameOf(expected[i]!));
  return place === -1 ? [] : [say("order", `${actual[place]!.id} stands where ${expected[place]!.id} must`)];
}

function nameOf({ id, text }: Item): string {
  return `${id} ${text}`;
}

function counts(items: readonly Item[]): Map<string, number> {
  const counted = new Map<string, number>();
  for (const item of items) counted.set(nameOf(item), (counted.get(nameOf(item)) ?? 0) + 1);
  return counted;
}

function takeOne(left: Map<string, number>, name: string): boolean {
  const count = left.get(name) ?? 0;
  if (count > 0) left.set(name, count - 1);
  return count > 0;
}

function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
