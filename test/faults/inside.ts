import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Scene } from "./scene.ts";
import { switchOff, switchOn } from "./switches.ts";

/*
 * What goes wrong inside of engines. Each resolves once they have said that they met it and have gone on by themselves; throws where it did not come about, so that the run is void.
 */

/** Below any Parquet file. */
const FILE_BYTES = 512;
/** Of records that become dead letters: a task gathers 32 MiB of outputs, and this is more. */
const FAT_RECORDS = 120;
const MOST_BYTES = 32 << 20;
/** Longer than the broker of the tests waits for a member that says nothing. */
const SLOW_MS = 8000;
/** A partition that another member takes over meanwhile does not begin again. */
const ATTEMPTS = 3;

/** A task fails: at a commit whose outputs are sent, or while it writes a snapshot. It begins again in the same process. */
export async function failTask(scene: Scene, member: string, name: "abort" | "cut short"): Promise<void> {
  await someSnapshots(scene);
  const pid = scene.members.running.get(member);
  for (let attempt = 1; ; attempt++) {
    const said = await scene.members.listen(member);
    const struck = new RegExp(`^fault {3}${name}: (?:partition )?(\\d+)`, "m");
    await switchOn(scene.folder, member, name);
    await scene.feedAll();
    let partition: string | undefined;
    await scene.until(`${name} strikes ${member}`, async () => (partition = struck.exec(await said())?.[1]) !== undefined);
    const again = new RegExp(`^engine {2}partition ${partition} begins again from what was committed[^]*^engine {2}partition ${partition} goes on at offset`, "m");
    const hasBegunAgain = await scene.until(`partition ${partition} begins again in ${member}`, async () => again.test(await said()), { withinMs: 30_000 }).then(() => true, (thrown: unknown) => {
      if (attempt === ATTEMPTS) throw thrown;
      return false;
    });
    if (hasBegunAgain) break;
  }
  if (scene.members.running.get(member) !== pid) throw new Error(`The run is void: ${member} did not live through ${name}.`);
  await scene.recovered();
}

/** A process dies while it writes a snapshot: no commit names what is there of it, and an older chain is there to begin with. */
export async function dieInSnapshot(scene: Scene, member: string): Promise<void> {
  await someSnapshots(scene);
  await switchOn(scene.folder, member, "cut");
  await scene.feedAll();
  await scene.until(`${member} dies in a snapshot`, () => !scene.members.running.has(member));
  const end = await scene.members.end(member, "SIGKILL");
  await scene.countKill();
  const cut = /^fault {3}cut: (\d+)\/(\w+)\/\d+ at offset (\d+), 1 of (\d+) chunks/m.exec(await scene.members.said(member));
  if (end !== "SIGKILL" || cut === null) throw new Error(`The run is void: ${member} ended by ${end} and not in a snapshot.`);
  const { snapshots } = (await scene.bookmarks()).get(Number(cut[1]))!;
  if (snapshots.length === 0 || snapshots.some(({ offset }) => offset === Number(cut[3]))) throw new Error(`The bookmark of partition ${cut[1]} has ${JSON.stringify(snapshots)}, and ${cut[0]} was cut.`);
  scene.members.start(member);
  await scene.recovered();
}

/** No file of an engine may become larger than half a KiB, as on a disk that is full: what is written is cut off, and an error. After a while there is room again. */
export async function fillDisk(scene: Scene, member: string): Promise<void> {
  const pid = scene.members.running.get(member)!;
  const said = await scene.members.listen(member);
  const limit = (size: number | "unlimited") => promisify(execFile)("prlimit", ["--pid", String(pid), `--fsize=${size}:unlimited`]);
  await limit(FILE_BYTES);
  for (const times of [1, 2]) {
    await scene.feedAll();
    await scene.until(`${member} says that its disk is full`, async () => {
      await scene.startEnded();
      return (await said()).split(/^engine {2}partition \d+ begins again.*The history in .* cannot be written: .*too large/m).length > times;
    });
  }
  await limit("unlimited");
  await scene.feedAll();
  await scene.recovered();
  if (scene.members.running.get(member) !== pid) throw new Error(`The run is void: ${member} did not live through a full disk.`);
}

/** The broker takes nothing for longer than a session of the group, while there is more to do than a task holds. Nobody loses a partition for that. */
export async function slowSink(scene: Scene): Promise<void> {
  await everybodyReads(scene);
  await scene.recovered();
  const members = [...scene.members.running.keys()];
  const said = await Promise.all(members.map((name) => scene.members.listen(name)));
  const all = async () => (await Promise.all(said.map((each) => each()))).join("\n");
  for (const name of members) await switchOn(scene.folder, name, "slow");
  await scene.feedFat(FAT_RECORDS);
  const waits = /^fault {3}slow: a task waits for room, (\d+) bytes are on their way/m;
  let held = 0;
  await scene.until("a task waits for room", async () => (held = Number(waits.exec(await all())?.[1] ?? 0)) > 0);
  await sleep(SLOW_MS);
  for (const name of members) await switchOff(scene.folder, name, "slow");
  if (held < MOST_BYTES || held > MOST_BYTES * 1.5) throw new Error(`${held} bytes were on their way while a task waited for room.`);
  await scene.recovered();
  const moved = /^engine {2}(holds partition|joins its group again).*$/m.exec(await all());
  if (moved !== null) throw new Error(`While the broker took nothing, members lost their places: ${moved[0]}`);
}

async function everybodyReads(scene: Scene): Promise<void> {
  for (const name of scene.members.running.keys()) await scene.reads(name);
}

/** Every partition has one, so that there is an older chain. */
async function someSnapshots(scene: Scene): Promise<void> {
  await everybodyReads(scene);
  await scene.until("every partition has a snapshot", async () => {
    await scene.startEnded();
    const bookmarks = [...(await scene.bookmarks()).values()];
    const isThere = bookmarks.length === scene.partitions && bookmarks.every(({ snapshots }) => snapshots.length > 0);
    if (!isThere) await scene.feedAll();
    return isThere;
  });
}
