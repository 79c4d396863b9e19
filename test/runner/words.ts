import { didYouMean } from "../../kernel-as/nearest.ts";
import { suites, type Suite } from "./suites.ts";

const runtimeNames = ["node", "bun", "deno"] as const;

export type RuntimeName = (typeof runtimeNames)[number];

/** What is asked of a run. */
export interface Asked {
  readonly suite: Suite;
  readonly runtimes: readonly RuntimeName[];
  readonly report: boolean;
  readonly coverage: boolean;
  /** Nothing of the suite is left out. */
  readonly isWhole: boolean;
  /** For vitest: paths and flags. */
  readonly words: readonly string[];
}

interface Flag {
  readonly names: readonly string[];
  readonly value?: string;
  readonly help: string;
}

const flags: readonly Flag[] = [
  { names: ["--only"], value: "RUNTIME", help: `on one runtime: ${runtimeNames.join(", ")}` },
  { names: ["--keyword", "-k", "-t"], value: "TEXT", help: "tests whose names hold this" },
  { names: ["--maxfail"], value: "N", help: "end after so many failures" },
  { names: ["--html-report"], help: "also a page with times and failures: test/reports/report.html" },
  { names: ["--coverage"], help: "also which lines ran, on any of the runtimes: test/reports/coverage/index.html" },
  { names: ["--parallel"], help: "a worker for each processor, instead of three" },
  { names: ["--verbose"], help: "a line for each test" },
  { names: ["--quiet"], help: "failures and counts alone" },
  { names: ["--help"], help: "this text" },
];

/** Throws an `Error` that says what is wrong; null where help is asked for. */
export function readWords(given: readonly string[]): Asked | null {
  const words: string[] = [];
  const found = new Map<string, string>();
  const chosen = new Set<Suite>();
  for (let i = 0; i < given.length; i++) {
    const [name, attached] = splitAtEquals(given[i]!);
    const suite = suites.find((each) => `--${each.name}` === name);
    const flag = flags.find(({ names }) => names.includes(name));
    if (suite) chosen.add(suite);
    else if (flag) {
      const value = flag.value === undefined ? "" : (attached ?? given[++i]);
      if (value === undefined) throw new Error(`${name} takes ${flag.value}.`);
      found.set(flag.names[0]!, value);
    } else if (name.startsWith("--")) throw new Error(`There is no ${name}.${didYouMean(name, [...suites.map((each) => `--${each.name}`), ...flags.flatMap(({ names }) => names)])} --help lists what there is.`);
    else words.push(given[i]!);
  }
  if (found.has("--help")) return null;
  if (chosen.size > 1) throw new Error(`One of ${[...chosen].map(({ name }) => `--${name}`).join(" and ")}, not several.`);
  const suite = [...chosen][0] ?? suites[0]!;
  const only = found.get("--only");
  const runtime = runtimeNames.find((name) => name === only);
  if (only !== undefined && !runtime) throw new Error(`--only takes ${runtimeNames.join(", ")}, not ${only}.`);
  const bail = found.get("--maxfail");
  if (bail !== undefined && !/^[1-9]\d*$/.test(bail)) throw new Error(`--maxfail takes a whole number from 1, not ${bail}.`);
  const keyword = found.get("--keyword");
  return {
    suite,
    runtimes: runtime ? [runtime] : suite.isOnNode ? ["node"] : runtimeNames,
    report: found.has("--html-report"),
    coverage: found.has("--coverage"),
    isWhole: suite === suites[0] && words.length === 0 && !["--only", "--keyword"].some((name) => found.has(name)),
    words: [
      ...(words.length > 0 ? words : suite.paths),
      ...(suite.without ?? []).flatMap((pattern) => ["--exclude", pattern]),
      ...(keyword === undefined ? [] : ["-t", keyword]),
      ...(bail === undefined ? [] : ["--bail", bail]),
      ...(found.has("--parallel") ? ["--maxWorkers", "100%"] : []),
      ...(found.has("--verbose") ? ["--reporter", "verbose"] : found.has("--quiet") ? ["--reporter", "dot", "--silent"] : ["--reporter", "default"]),
    ],
  };
}

function splitAtEquals(word: string): [string, string | undefined] {
  const at = word.startsWith("--") ? word.indexOf("=") : -1;
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

export function helpText(): string {
  const line = (what: string, help: string) => `  ${what.padEnd(26)}${help}`;
  return [
    "npm test -- [SUITE] [flags] [PATH ...]",
    "",
    "One suite at most:",
    ...suites.map(({ name, help }) => line(`--${name}`, help)),
    "",
    ...flags.map(({ names, value, help }) => line(`${names.join(", ")}${value === undefined ? "" : ` ${value}`}`, help)),
    "",
    "Examples:",
    "  npm test",
    "  npm test -- --quick",
    '  npm test -- --api --only bun -k "one reading"',
    "  npm test -- --all --html-report --coverage",
    "  npm test -- test/engine/task",
    "",
  ].join("\n");
}
