import type { ModelCard } from "../../kernel-as/model/card.ts";
import type { Finding } from "../leaks.ts";

/** What makes a figure of held-out days too good. That labels change seldom, or that rows come again, is so of every night. */
const KINDS = new Set<Finding["kind"]>(["feature", "equal rows", "neighbours", "copies"]);

/** Leaks that the champion's card does not tell of; none is new where there is no champion. Figures in the sentences do not count: they change every night. */
export function newLeaks(findings: readonly Finding[], champion: Pick<ModelCard, "findings"> | null): string[] {
  if (champion === null) return [];
  const known = new Set(champion.findings?.map(withoutFigures));
  return findings.filter(({ kind, sentence }) => KINDS.has(kind) && !known.has(withoutFigures(sentence))).map(({ sentence }) => sentence);
}

/** Numbers that stand alone, with their signs for a share; names such as R1 stay. */
function withoutFigures(sentence: string): string {
  return sentence.replaceAll(/(?<=^|[\s(])\d+(\.\d+)?( %)?(?=$|[\s,.:)])/g, "#");
}
