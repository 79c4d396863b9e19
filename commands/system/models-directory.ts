import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "../../engine/make-folder.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { modelName } from "../../trainer/registry/model-name.ts";
import { counted } from "../terminal.ts";

const README = `# Models

The model in use, the ones before it, and in \`versions/\` all that are kept. \`mangrove model list\` shows them, \`mangrove model rollback\` goes back.
`;

/** Makes the folder of a model, with a page that says what is in it, and looks whether models can be written there; what is there stays as it is. Says what there is. Throws `MGV_FILE_WRITE`. */
export async function setUpModelsDirectory(modelPath: string): Promise<string> {
  const folder = dirname(modelPath);
  const isNew = (await stat(folder).catch(() => null)) === null;
  await makeFolder(folder);
  try {
    const probe = join(folder, `.writable-${process.pid}`);
    await writeFile(probe, "");
    await rm(probe);
    await writeFile(join(folder, "README.md"), README, { flag: "wx" }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EEXIST") throw cause;
    });
  } catch (cause) {
    throw new MangroveError("MGV_FILE_WRITE", `Models cannot be written to ${folder}: ${(cause as Error).message}. Give the user who runs this the right to write there, or name another place with MODEL_PATH.`, { cause });
  }
  if (isNew) return `${folder} is made, and empty`;
  const kept = (await readdir(join(folder, "versions", modelName(modelPath))).catch(() => [])).filter((name) => name.endsWith(".manifest.json")).length;
  const found = await stat(modelPath).catch(() => null);
  return `${found ? `${modelPath} of ${found.mtime.toISOString().slice(0, 16)}Z` : `no model at ${modelPath} yet`}, ${counted(kept, "version")} kept`;
}
