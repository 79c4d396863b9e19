import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { helpText, parseArguments, type Command } from "../../commands/command.ts";
import { abortOnInterrupt, tell, tellFailure } from "../../commands/terminal.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { random } from "../fixtures/random.ts";
import { projectRoot } from "../fixtures/runtimes.ts";
import { mutantsOf, mutated, type Mutant } from "./mutants.ts";
import { Sandbox } from "./sandbox.ts";
import { targets, type Target } from "./targets.ts";

/* `npm run mutate`: puts one fault after the other into a source, and counts those that its tests notice. */

const MUTANTS = 60;
const LEAST = 0.8;
/** Time that a run may take, as a multiple of one without a fault. */
const PATIENCE = 4;

interface Placed extends Mutant {
  readonly file: string;
}

interface Score {
  readonly target: string;
  readonly killed: number;
  readonly survived: readonly Placed[];
  /** Of those that compile. */
  readonly share: number;
  readonly of: number;
}

const mutateCommand: Command = {
  name: "mutate",
  summary: "puts one fault after the other into a source and counts those that its tests notice",
  operands: [{ name: "TARGET", help: `${targets.map(({ name }) => name).join(", ")} (all)`, optional: true }],
  flags: [
    { name: "mutants", value: "N", help: `faults of a target, drawn by the seed (${MUTANTS}); 0: every one` },
    { name: "seed", value: "N", help: "draws the same faults again (1)" },
    { name: "min", value: "SHARE", help: `fails where fewer are noticed (${LEAST})` },
    { name: "json", help: "the scores as JSON on stdout" },
  ],
  examples: ["npm run mutate", "npm run mutate -- gate --mutants 0", "npm run mutate -- window --seed 7"],
  async run(given, signal) {
    const name = given.optionalOperand("TARGET");
    const chosen = targets.filter((target) => name === undefined || target.name === name);
    if (chosen.length === 0) throw new MangroveError("MGV_USAGE", `There is no target ${name}: ${targets.map((target) => target.name).join(", ")}.`);
    const mutants = given.number("mutants", { min: 0, whole: true }) ?? MUTANTS;
    const seed = given.number("seed", { min: 0, whole: true }) ?? 1;
    const least = given.number("min", { min: 0, max: 1 }) ?? LEAST;
    const scores: Score[] = [];
    for (const target of chosen) scores.push(await scoreOf(target, { mutants, seed, signal }));
    if (given.has("json")) process.stdout.write(`${JSON.stringify(scores, null, 2)}\n`);
    for (const { target, killed, of, share } of scores) tell(`mutate  ${target}: ${killed} of ${of} faults noticed, ${(share * 100).toFixed(1)} %${share < least ? `, fewer than ${least * 100} %` : ""}`);
    return scores.every(({ share }) => share >= least) ? 0 : 1;
  },
};

async function scoreOf(target: Target, { mutants, seed, signal }: { mutants: number; seed: number; signal: AbortSignal }): Promise<Score> {
  await using sandbox = await Sandbox.open();
  const startedMs = performance.now();
  if (target.isKernel && !(await sandbox.buildKernel())) throw new MangroveError("MGV_INTERNAL", "The kernel does not build.");
  if ((await sandbox.test(target.tests, 600_000)) !== "passed") throw new MangroveError("MGV_INTERNAL", `The tests of ${target.name} fail without a fault: ${target.tests.join(" ")}`);
  const limitMs = (performance.now() - startedMs) * PATIENCE;
  const all = target.sources.flatMap(filesOf).flatMap((file) => mutantsOf(textOf(file)).map((mutant) => ({ ...mutant, file })));
  const drawn = mutants === 0 ? all : draw(all, mutants, seed);
  tell(`mutate  ${target.name}: ${drawn.length} of ${all.length} faults, seed ${seed}`);
  let killed = 0;
  const survived: Placed[] = [];
  for (const mutant of drawn) {
    if (signal.aborted) break;
    const outcome = await tried(mutant, target, sandbox, limitMs);
    if (outcome === "passed") survived.push(mutant);
    else if (outcome !== "void") killed++;
    tell(`mutate  ${outcome === "passed" ? "SURVIVED" : outcome.padEnd(8)} ${mutant.file}:${mutant.line}: ${mutant.what}`);
  }
  const of = killed + survived.length;
  return { target: target.name, killed, survived, of, share: of === 0 ? 1 : killed / of };
}

/** `void`: it does not compile, and so is no fault. */
async function tried(mutant: Placed, target: Target, sandbox: Sandbox, limitMs: number): Promise<"passed" | "failed" | "endless" | "void"> {
  const text = textOf(mutant.file);
  await sandbox.write(mutant.file, mutated(text, mutant));
  try {
    if (target.isKernel && !(await sandbox.buildKernel())) return "void";
    return await sandbox.test(target.tests, limitMs);
  } finally {
    await sandbox.write(mutant.file, text);
  }
}

function draw<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  const next = random(seed);
  const keyed = items.map((item, place) => ({ item, place, key: next() }));
  return keyed.sort((a, b) => a.key - b.key).slice(0, count).sort((a, b) => a.place - b.place).map(({ item }) => item);
}

function filesOf(path: string): string[] {
  if (statSync(join(projectRoot, path)).isFile()) return [path];
  return readdirSync(join(projectRoot, path), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts")).sort().map((file) => `${path}/${file}`);
}

function textOf(file: string): string {
  return readFileSync(join(projectRoot, file), "utf8");
}

const controller = new AbortController();
abortOnInterrupt(controller);
try {
  const given = parseArguments(mutateCommand, process.argv.slice(2));
  if (given.has("help")) process.stdout.write(helpText(mutateCommand).replace("mangrove mutate", "npm run mutate --"));
  else process.exitCode = await mutateCommand.run(given, controller.signal);
} catch (thrown) {
  process.exitCode = tellFailure(thrown);
}
