/** Who runs blocks of a document, where it is not blocks.test.ts: by document and language. Each of these tests reads the document. */
export const runBy: Readonly<Record<string, string>> = {
  "docs/airflow.md python": "test/docs/airflow.test.ts",
  "docs/history.md sql": "test/docs/history.test.ts",
  "docs/pipelines.md ts": "test/docs/pipelines.test.ts",
  "docs/training.md ts": "test/docs/training.test.ts",
};

/** Commands that are not run, by what they begin with behind their document, and why. There is no other way to leave one out. */
export const notRun: Readonly<Record<string, string>> = {
  "CONTRIBUTING.md: npm test": "it is what runs this",
  "CONTRIBUTING.md: npm run check": "CI runs it before",
  "README.md: npm test": "it is what runs this",
  "README.md: npm run train -- --rooms 768": "it takes many minutes",
  "README.md: npm run -s mangrove -- reset": "it asks somebody at a terminal; test/commands/reset.test.ts answers",
  "docs/dead-letters.md: npm run -s mangrove -- dead-letters replay": "it asks somebody at a terminal; test/e2e/dead-letters.test.ts answers",
  "docs/guarantees.md: npm test": "four minutes of faults: test/faults",
  "docs/guarantees.md: npm run soak": "an hour of faults: test/faults",
  "docs/monitoring.md: cd deploy/prometheus": "Prometheus is installed by its user; test/deploy tests the rules where it is",
  "docs/monitoring.md: prometheus": "as above",
  "docs/monitoring.md: promtool": "as above",
  "docs/monitoring.md: sudo": "it changes folders of the system; test/deploy reads the files",
  "docs/notifications.md: MANGROVE_ALERT_WEBHOOK=https": "it would post to another machine; test/e2e/notifications.test.ts has a receiver",
  "docs/notifications.md: MANGROVE_ALERT_COMMAND=": "there is no siren; test/e2e/notifications.test.ts has a program",
  "docs/package.md: npm install": "test/e2e/package.test.ts packs and installs",
  "docs/package.md: bunx": "as above",
  "docs/package.md: deno": "as above",
  "docs/system.md: ./start_system.sh": "test/e2e/system.test.ts starts, steers and stops a system by it",
  "docs/system.md: ./test_system.sh": "as above",
  "docs/system.md: docker": "no container engine runs where these tests do; test/deploy runs its services as processes",
  "docs/training.md: npm run train -- --rooms 768": "it takes many minutes",
  "examples/browser/README.md: ": "test/e2e/package.test.ts packs, installs and opens the page",
};

/** Programs in another language, which are not run, and why. Python is compiled. */
export const theirs: Readonly<Record<string, string>> = {
  "docs/coming-from.md java": "programs of Kafka Streams and Flink, beside one of ours",
  "docs/coming-from.md python": "programs of Spark and Quix Streams, beside one of ours",
  "docs/serving.md python": "the client of Triton is a package of another language; test/parity/inference-protocol.test.ts calls it where it is installed",
  "docs/training-elsewhere.md python": "XGBoost is a package of another language; test/parity/history-training.test.ts trains where it is installed",
};
