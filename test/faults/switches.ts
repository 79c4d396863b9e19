import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * What goes wrong inside of a member. `abort`: the next commit fails, its outputs sent and its transaction open. `cut`: the process dies after the first chunk of a snapshot of several; `cut short`: the rest
 * cannot be written. Each strikes once. `slow`: the broker seems to take nothing more, until it is switched off.
 */
export type Switch = "abort" | "cut" | "cut short" | "slow";

/** The file that switches it on by being there. */
export function switchOf(folder: string, member: string, name: Switch): string {
  return join(folder, `${member}.${name.replace(" ", "-")}`);
}

export async function switchOn(folder: string, member: string, name: Switch): Promise<void> {
  await writeFile(switchOf(folder, member, name), "");
}

export async function switchOff(folder: string, member: string, name: Switch): Promise<void> {
  await rm(switchOf(folder, member, name), { force: true });
}
