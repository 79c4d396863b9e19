import { open } from "node:fs/promises";

/** Makes the renames in a folder last through a power cut, where the platform lets a folder be opened. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  if (!handle) return;
  await handle.sync().catch(() => {});
  await handle.close();
}
