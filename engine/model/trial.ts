import { MangroveError } from "../../kernel-as/errors.ts";
import type { Forest } from "../../kernel-as/host/forest.ts";

/** `shadow`: the other model scores and changes nothing. `split`: its predictions count, for its share of the sensors. */
export const trialModes = ["shadow", "split"] as const;

export interface TrialTerms {
  readonly mode: (typeof trialModes)[number];
  /** Of the sensors, chosen by their names; above 0, at most 1. */
  readonly share: number;
}

/** A model that is tried beside the one in use. */
export interface Trial extends TrialTerms {
  readonly version: string;
  readonly forest: Forest;
  /** For people. */
  readonly trainedOn: string;
  readonly threshold: number;
}

/** Both models of a trial, as one file: so a trial is kept, journalled and brought back like any model. */
export interface TrialFile extends TrialTerms {
  readonly champion: Uint8Array;
  readonly challenger: Uint8Array;
}

const MAGIC = new TextEncoder().encode("MGVTRIAL");

/**
 *     0        8         12             12 + n
 *     MGVTRIAL  u32 LE n  n bytes JSON   the champion's file, the challenger's
 */
export function writeTrialFile({ mode, share, champion, challenger }: TrialFile): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(JSON.stringify({ mode, share, championBytes: champion.length }));
  const file = new Uint8Array(MAGIC.length + 4 + head.length + champion.length + challenger.length);
  file.set(MAGIC);
  new DataView(file.buffer).setUint32(MAGIC.length, head.length, true);
  let at = MAGIC.length + 4;
  for (const part of [head, champion, challenger]) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** Null for the file of a single model. Throws `MGV_MODEL_FORMAT` for one that is cut. */
export function readTrialFile(file: Uint8Array): TrialFile | null {
  if (!MAGIC.every((byte, i) => file[i] === byte)) return null;
  const headAt = MAGIC.length + 4;
  try {
    const headBytes = new DataView(file.buffer, file.byteOffset, file.byteLength).getUint32(MAGIC.length, true);
    const { mode, share, championBytes } = JSON.parse(new TextDecoder().decode(file.subarray(headAt, headAt + headBytes))) as TrialTerms & { championBytes: number };
    const at = headAt + headBytes;
    return { mode, share, champion: file.subarray(at, at + championBytes), challenger: file.subarray(at + championBytes) };
  } catch (cause) {
    throw new MangroveError("MGV_MODEL_FORMAT", "The file of a trial is cut or damaged: end the trial, and begin it again.", { cause });
  }
}

/** What journal and snapshots name a trial by. */
export function trialId(champion: string, { version, mode, share }: TrialTerms & { readonly version: string }): string {
  return `${champion}-${mode}-${version}-${share}`;
}

/** Whether a sensor is one of the share: the same for the same name everywhere, and for a smaller share only where for a larger one. FNV-1a, then the finisher of MurmurHash3. */
export function isTried(sensor: string, share: number): boolean {
  let hash = 0x811c9dc5;
  for (let i = 0; i < sensor.length; i++) hash = Math.imul(hash ^ sensor.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32 < share;
}
