import { readFile } from "node:fs/promises";
import { writeWhole } from "../../engine/write-whole.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { keysSchema, type ApiKey } from "./key.ts";
import type { KeyRing } from "./key-ring.ts";

/** How often the file is looked at. */
const LOOK_MS = 1_000;

/** Its owner alone may read it, though it holds no secret. */
const MODE = 0o600;

/** The stored keys; none where there is no file. Throws `MGV_FILE_READ`, `MGV_CONFIG`. */
export async function readKeys(path: string): Promise<readonly ApiKey[]> {
  return keysOf(await textOf(path), path);
}

/** Throws `MGV_FILE_WRITE`. */
export async function writeKeys(path: string, keys: readonly ApiKey[]): Promise<void> {
  await writeWhole(path, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: MODE });
}

/**
 * Puts the keys of a file on a ring, and keeps them as the file has them until the signal aborts. Throws as {@link readKeys} does; later problems are told to `onProblem`, once each, and the keys of before stay.
 */
export async function followKeys(path: string, ring: KeyRing, { signal, onProblem }: { signal: AbortSignal; onProblem: (problem: MangroveError) => void }): Promise<void> {
  let seen = await textOf(path);
  ring.replace(keysOf(seen, path));
  let told = "";
  const look = async () => {
    try {
      const text = await textOf(path);
      if (text !== seen) ring.replace(keysOf(text, path));
      seen = text;
      told = "";
    } catch (thrown) {
      const problem = MangroveError.from(thrown);
      if (problem.message !== told) onProblem(problem);
      told = problem.message;
    }
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  timer.unref();
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

/** Empty where there is no file. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw new MangroveError("MGV_FILE_READ", `Cannot read the API keys in ${path}: ${(cause as Error).message}`, { cause });
  }
}

function keysOf(text: string, path: string): readonly ApiKey[] {
  if (text === "") return [];
  try {
    return keysSchema.parse(JSON.parse(text)).keys;
  } catch (cause) {
    throw new MangroveError("MGV_CONFIG", `${path} is not a file of API keys as \`mangrove keys add\` writes it. Put a sound copy in its place, or remove it and add the keys again.`, { cause });
  }
}
