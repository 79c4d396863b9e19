import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { projectRoot } from "../fixtures/runtimes.ts";
import { challenge, circumstances } from "./circumstances.ts";
import { ownService } from "./curl-examples.ts";
import { commandsOf, documents, fencedBlocks } from "./fenced-blocks.ts";
import { theirs, notRun, runBy } from "./not-run.ts";
import { layFiles } from "./stage-files.ts";
import { openStage, type Begun, type Stage } from "./stage.ts";

const { servers, reason } = inject("kafka");
const hasPython = spawnSync("python3", ["--version"]).status === 0;

const isCommand = ({ language }: { language: string }) => language === "sh" || language === "console";
const reasonFor = (file: string, command: string) => Object.keys(notRun).find((each) => `${file}: ${command}`.startsWith(each));
const runsOn = (command: string) => /^(?:\w+=(?:'[^']*'|\S+) )*(?:npm start|npx mangrove up|bun run engine)\b/.test(command) && !command.includes("--until-end");
const needsKafka = (command: string) => /localhost:9092|--source kafka|--to kafka|dead-letters|-- replay /.test(command);
/** curl.test.ts asks those of documents without a service of their own. */
const isCurl = (file: string, command: string) => command.startsWith("curl ") && !ownService.test(file);

test("every block says what it is in, and none is of a language that nobody looks at", () => {
  expect([...new Set(fencedBlocks.map(({ language }) => language))].sort()).toEqual(["console", "java", "js", "json", "mermaid", "python", "sh", "sql", "text", "ts", "yaml"].filter((each) => fencedBlocks.some(({ language }) => language === each)));
});

test("what is left to other tests is run there, and nothing is left out that is not in a document", () => {
  for (const [key, path] of Object.entries(runBy)) expect(readFileSync(join(projectRoot, path), "utf8"), path).toContain(key.split(" ")[0]!.replace(/^docs\//, ""));
  const commands = fencedBlocks.filter(isCommand).flatMap((block) => commandsOf(block).map((command) => `${block.file}: ${command}`));
  for (const each of Object.keys(notRun)) expect(commands.some((command) => command.startsWith(each)), each).toBe(true);
  for (const each of Object.keys({ ...runBy, ...theirs })) expect(fencedBlocks.some(({ file, language }) => `${file} ${language}` === each), each).toBe(true);
});

test("JSON is JSON", () => {
  for (const { place, text } of fencedBlocks.filter(({ language }) => language === "json")) expect(() => JSON.parse(text) as unknown, place).not.toThrow();
});

test("links to files and headings lead somewhere", () => {
  const anchors = (page: string) => [...page.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title!.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-"));
  for (const file of documents) {
    const page = readFileSync(join(projectRoot, file), "utf8").replaceAll(/^```.*?^```$/gms, "");
    for (const [, link] of page.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path, anchor] = link!.split("#");
      const target = path === "" ? join(projectRoot, file) : join(projectRoot, file, "..", path!);
      expect(existsSync(target), `${file}: ${link}`).toBe(true);
      if (anchor !== undefined && target.endsWith(".md")) expect(anchors(readFileSync(target, "utf8")), `${file}: ${link}`).toContain(anchor);
    }
  }
});

test("programs in other languages are there for a reason", () => {
  for (const { file, language, place } of fencedBlocks.filter((each) => ["java", "python"].includes(each.language))) expect(`${file} ${language}` in { ...runBy, ...theirs }, place).toBe(true);
});

test.skipIf(!hasPython)("Python is Python", async () => {
  await using stage = await openStage();
  for (const { place, text } of fencedBlocks.filter(({ language }) => language === "python")) {
    await writeFile(stage.file("block.py"), text);
    const { status, stderr } = spawnSync("python3", ["-m", "py_compile", stage.file("block.py")], { encoding: "utf8" });
    expect(status, `${place}: ${stderr}`).toBe(0);
  }
});

describe("commands", () => {
  let base: Stage;
  /** Of the champion, and of the model that is kept beside it. */
  let version: string;
  let other: string;
  const topic = `documents-${process.pid}`;

  beforeAll(async () => {
    base = await openStage({ env: { KAFKA_TOPIC_SMOKE: topic } });
    await layFiles(base);
    for (const command of ["npm run train -- --data recording.csv --split recordings", "npm run train -- --data recording.csv --split random --rounds 20 --out elsewhere.json", "npm run -s mangrove -- engine --data recording.csv --speed max --until-end", "npm run -s mangrove -- new --from pumps.csv", "npm run train -- pumps.ts --data pumps.csv --split random"]) {
      const { code, stderr } = await base.run(command);
      expect(code, stderr).toBe(0);
    }
    version = readdirSync(base.file("models/versions/smoke_detection_model")).find((name) => name.endsWith(".manifest.json"))!.slice(0, 12);
    other = createHash("sha256").update(readFileSync(base.file("elsewhere.json"))).digest("hex").slice(0, 12);
  });

  afterAll(() => base[Symbol.asyncDispose]());

  const pages = documents.filter((file) => fencedBlocks.some((block) => block.file === file && isCommand(block)));

  test.concurrent.for(pages)("of %s do what they are said to", { timeout: 1_800_000 }, async (file) => {
    const port = await freePort();
    const url = `localhost:${port}`;
    const { env, prepare, service, leaves = {} } = circumstances[file] ?? {};
    await using stage = await openStage({ from: base.path, env: { FLASK_PORT: String(port), KAFKA_TOPIC_SMOKE: topic, MANGROVE_APP_ID: `documents-${port}`, ...env } });
    await prepare?.(stage, { servers, topic });
    let begun: Begun | null = service === undefined ? null : await stage.begin(service, /^engine {2}/m);
    const alert = service === undefined ? "" : await firstAlert(url);
    const placed = (command: string) => (needsKafka(command) ? `export KAFKA_BOOTSTRAP_SERVERS=${servers}; ` : "") + command.replaceAll("localhost:5000", url).replaceAll("localhost:9092", servers ?? "").replaceAll("3f1c0a9be27d.manifest", `${version}.manifest`).replaceAll("3f1c0a9be27d", other).replaceAll("0_1734", alert);
    const left: string[] = [];
    for (const block of fencedBlocks.filter((each) => each.file === file && isCommand(each))) {
      for (const command of commandsOf(block)) {
        const where = `${block.place}: ${command}`;
        if (isCurl(file, command) || reasonFor(file, command) !== undefined) continue;
        if (/ challenger| 3f1c0a9be27d/.test(command)) await challenge(stage);
        if (reason !== null && needsKafka(command)) left.push(where);
        else if (runsOn(command)) {
          await begun?.end();
          begun = await stage.begin(placed(command), /^engine {2}/m);
        } else {
          const { code, stdout, stderr } = await stage.run(placed(command));
          expect(code, `${where}\n${stdout}${stderr}`).toBe(0);
        }
      }
    }
    const ran = await begun?.end();
    expect(ran?.code ?? 0, ran?.stderr).toBe(0);
    for (const [path, line] of Object.entries(leaves)) expect(readFileSync(stage.file(path), "utf8"), path).toContain(line);
    if (left.length > 0) console.log(`without a broker not run: ${left.join("; ")}`);
  });
});

async function firstAlert(url: string): Promise<string> {
  for (;;) {
    const answer = await fetch(`http://${url}/alerts`).catch(() => null);
    const { alerts = [] } = ((await answer?.json().catch(() => null)) ?? {}) as { alerts?: { id: string }[] };
    if (alerts.length > 0) return alerts[0]!.id;
    await delay(100);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
