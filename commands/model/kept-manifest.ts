import { readFile } from "node:fs/promises";
import { describeTrainedOn } from "../../kernel-as/model/card.ts";
import { manifestPathOf, readManifest, type Manifest } from "../../trainer/manifest.ts";
import type { ModelFile } from "./file.ts";

/** The manifest that the registry of a model's file keeps of its training; null where there is none. */
export async function keptManifest({ path, version }: Pick<ModelFile, "path" | "version">): Promise<Manifest | null> {
  const kept = manifestPathOf(path, version);
  const text = await readFile(kept, "utf8").catch(() => null);
  return text === null ? null : readManifest(text, kept);
}

/** What a model was trained on, for people: with the file's name where the manifest has it. */
export function trainedOnText({ card }: Pick<ModelFile, "card">, manifest: Manifest | null): string {
  if (card === null) return "unknown";
  const described = describeTrainedOn(card.trainedOn);
  return manifest?.source.kind === "file" ? `${manifest.source.name}, ${described}` : described;
}
