import type { Scene } from "./scene.ts";
import { kill } from "./members.ts";

/*
 * Engines that are started otherwise: with their state to be made again, with another pipeline, by a supervisor. Each throws where what it is about did not come about, so that the run is void.
 */

/** The whole partition, from its first record on. */
const REBUILT = /^engine {2}partition \d+ goes on at offset ([1-9]\d*): \1 records folded again/m;

/** A member comes back with its state to be made of the readings, and is killed at it; so again. */
export async function rebuild(scene: Scene, member: string): Promise<void> {
  await scene.ask(member);
  await startRebuilding(scene, member);
  await scene.recovered();
}

/** The pipeline gets a step that it did not have. A member that is to go on with the old state refuses; all of them make theirs of the readings, and one is killed at it. */
export async function changePipeline(scene: Scene, first: string): Promise<void> {
  const members = [...scene.members.running.keys()];
  await Promise.all(members.map((name) => scene.ask(name)));
  const before = await scene.bookmarks();
  const step = scene.changePipeline();
  scene.members.start(first);
  await scene.until(`${first} refuses the state of another pipeline`, () => !scene.members.running.has(first));
  const said = await scene.members.said(first);
  const end = await scene.members.end(first, "SIGKILL");
  if (end !== "code 1" || !/^MGV_SNAPSHOT:/m.test(said) || !said.includes(step)) throw new Error(`${first} ended by ${end} after the step ${step} came to its pipeline:\n${said.slice(-2000)}`);
  for (const name of members) if (name !== first) scene.members.start(name, ["--rebuild"]);
  await startRebuilding(scene, first);
  await scene.feedAll();
  await scene.recovered();
  // from here on nobody needs to make it again
  await scene.until("every partition has a snapshot of the new pipeline", async () => [...(await scene.bookmarks())].every(([partition, { chain }]) => chain !== "" && chain !== before.get(partition)?.chain));
}

/** A process that a supervisor has started is killed, and the supervisor starts it again. */
export async function killWorker(scene: Scene, member: string): Promise<void> {
  const workers = scene.members.workers(member);
  const victim = workers[scene.kills % workers.length]!;
  const said = await scene.members.listen(member);
  await scene.countKill();
  kill(victim);
  await scene.until(`${member} starts a worker again`, async () => /^worker \d+ ended by SIGKILL, and begins again/m.test(await said()) && scene.members.workers(member).length === workers.length);
  if (scene.members.workers(member).includes(victim)) throw new Error(`The run is void: worker ${victim} was not killed.`);
}

async function startRebuilding(scene: Scene, member: string): Promise<void> {
  scene.members.start(member, ["--rebuild"]);
  await scene.reads(member);
  await scene.countKill();
  await scene.members.end(member, "SIGKILL");
  scene.members.start(member, ["--rebuild"]);
  await scene.until(`${member} makes its state again`, async () => REBUILT.test(await scene.members.said(member)));
}
