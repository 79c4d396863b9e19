/** A part of the tests that has a name on the command line. */
export interface Suite {
  readonly name: string;
  readonly help: string;
  /** What of `test/` it is, as vitest takes it; nothing is all. */
  readonly paths: readonly string[];
  /** Patterns of what it is not. */
  readonly without?: readonly string[];
  /** On Node alone. */
  readonly isOnNode?: boolean;
  /** Benches instead of tests, by their names. */
  readonly benches?: readonly string[];
}

/** Tests that start every runtime themselves, a peer, a browser or another program, live through a week, wait for sessions to end, or start a broker again: once is enough. Members of groups on every runtime are in faults. */
export const onceIsEnough = [
  "test/e2e/**",
  "test/faults/**",
  "test/parity/**",
  "test/schemathesis/**",
  "test/browser/**",
  "test/deploy/**",
  "test/docs/{blocks,curl,programs}.test.ts",
  "test/bench/streams/watched-process.test.ts",
  "test/trainer/jobs/week.test.ts",
  "test/engine/broker/membership/{membership,broker-away}.test.ts",
  "test/engine/broker/wire/unended.test.ts",
  "test/engine/runtime/kafka/lone-broker.test.ts",
];

/** Tests of what runs on Node alone: benches of quality and what is kept of benches, the runner, mutants, and pages that are compared with what makes them. Unlike those above they need nothing else, and `--quick` has them. */
export const ofNodeAlone = ["test/bench/{quality,report}/**", "test/mutation/**", "test/runner/**", "test/docs/{airflow,features,settings,simulated-world}.test.ts"];

const kafka = ["test/engine/broker/", "test/engine/runtime/kafka/", "test/faults/", "test/e2e/kafka", "test/e2e/workers", "test/e2e/dead-letters"];
const withBroker = ["test/engine/broker/**", "test/engine/runtime/kafka/**"];
const api = ["test/api/", "test/schemathesis/", "test/docs/curl", "test/parity/inference-protocol"];

/** The names of the test runner of the system that this one replaces; each of them stands for what has taken that part's place. */
export const suites: readonly Suite[] = [
  { name: "all", help: "everything, on Node, Bun and Deno; the default", paths: [] },
  { name: "quick", help: "what needs no broker, browser or other program, on Node", paths: [], without: [...onceIsEnough, ...withBroker], isOnNode: true },
  { name: "unit", help: "the same on all three runtimes, but what only Node is to run", paths: [], without: [...onceIsEnough, ...withBroker] },
  { name: "integration", help: "commands, runtimes and whole programs together", paths: ["test/commands/", "test/docs/", "test/engine/runtime/", "test/e2e/"] },
  { name: "kafka", help: "what talks to a real broker, faults included", paths: kafka },
  { name: "api", help: "the HTTP service", paths: api },
  { name: "flask", help: "the same: the HTTP service has taken Flask's place", paths: api },
  { name: "spark", help: "the stream engine, which has taken Spark's place", paths: ["test/engine/", "test/faults/"] },
  { name: "ml", help: "kernel and trainer, beside XGBoost and LightGBM", paths: ["test/kernel-as/", "test/trainer/", "test/parity/"] },
  { name: "performance", help: "benches of the stream, beside their peers", paths: [], benches: ["decode", "window", "task", "pipeline"] },
  { name: "ml-performance", help: "benches of training and scoring, beside their peers", paths: [], benches: ["kernel", "shap", "train"] },
];
