import type { ModelCard } from "../../kernel-as/model/card.ts";
import type { Finding } from "../leaks.ts";

/** What makes a figure of held-out days too good. That labels change seldom, or that rows come again, is so of every night. */
const KINDS = new Set<Finding["kind"]>(["feature", "equal rows", "neighbours", "copies"]);

/** Leaks that the champion's card does not tell of; none is new where there is no champion. */
export function newLeaks(findings: readonly Finding[], champion: Pick<ModelCard, "findings"> | null): string[] {
  if (champion === null) return [];
  const known = new Set(champion.findings?.map(leakIn));
  return findings.filter(({ kind, sentence }) => KINDS.has(kind) && !known.has(leakIn(sentence))).map(({ sentence }) => sentence);
}

/** Which leak a sentence tells of, whatever its figures (numbers that stand alone, with their signs for a share; names such as R1 stay), in whichever split, and but for which column rows are equal: these change every night, and the splits of a card are none of newest days. */
function leakIn(sentence: string): string {
  const anywhere = sentence.replace(/^In the split "[^"]*"/, "In a split").replace(/ equal a training row but for .*(?=: it tests)/, " equal a training row");
  return anywhere.replaceAll(/(?<=^|[\s(])\d+(\.\d+)?( %)?(?=$|[\s,.:)])/g, "#");
}
