import { spawn, type ChildProcess } from "node:child_process";
import { chmod, cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { plainEnvironment, projectRoot, runtimes } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

/** Longer than any command of a document takes. */
const LONGEST_MS = 900_000;

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder in which a user types what documents say: npm, npx and the runtimes run this checkout, and nothing is installed or changed in it. */
export interface Stage extends AsyncDisposable {
  readonly path: string;
  file(name: string): string;
  /** Runs a line of a shell to its end. */
  run(command: string): Promise<Ran>;
  /** Runs one that goes on until it is ended, and resolves once its stderr matches. */
  begin(command: string, until: RegExp): Promise<Begun>;
}

export interface Begun {
  readonly seen: RegExpExecArray;
  /** As Control-C does. */
  end(): Promise<Ran>;
}

const { scripts } = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8")) as { scripts: Record<string, string> };

/** What `npm run NAME` comes to, with the files of this checkout and its runtimes. */
function scriptLine(text: string): string {
  const [runtime, ...words] = text.replace("deno run -A", "deno").split(" ");
  return [...runtimes[runtime as keyof typeof runtimes], ...words.map((word) => (word.endsWith(".ts") ? join(projectRoot, word) : word))].join(" ");
}

const runnable = Object.entries(scripts).filter(([name, text]) => !/^(pre|test$|check$)/.test(name) && /^(node|bun|deno run -A) \S+\.ts\b/.test(text));
const cases = runnable.map(([name, text]) => `  ${name}) exec ${scriptLine(text)} "$@" ;;`).join("\n");
const named = (before: string) => `#!/bin/sh\n${before}\nname="$1"; shift; [ "$1" = "--" ] && shift\ncase "$name" in\n${cases}\n  *) echo "no script $name" >&2; exit 64 ;;\nesac\n`;

const programs: Readonly<Record<string, string>> = {
  npm: named('[ "$1" = run ] && shift; [ "$1" = -s ] && shift'),
  npx: `#!/bin/sh\n[ "$1" = node ] && shift && exec ${runtimes.node[0]} "$@"\n[ "$1" = mangrove ] || exit 64\nshift\nexec ${runtimes.node[0]} ${join(projectRoot, "mangrove.ts")} "$@"\n`,
  bun: named('if [ "$1" != run ]; then exit 64; fi; shift'),
  node: `#!/bin/sh\nexec ${runtimes.node[0]} "$@"\n`,
};

export async function openStage({ from, env = {} }: { from?: string; env?: Record<string, string> } = {}): Promise<Stage> {
  const folder = await temporaryFolder();
  if (from !== undefined) await cp(from, folder.path, { recursive: true, verbatimSymlinks: true });
  else {
    await mkdir(folder.file(".bin"));
    for (const [name, text] of Object.entries(programs)) await writeFile(folder.file(`.bin/${name}`), text).then(() => chmod(folder.file(`.bin/${name}`), 0o755));
    for (const name of ["examples", "pipelines", "deploy", "bench"]) await symlink(join(projectRoot, name), folder.file(name));
  }
  const running = new Set<ChildProcess>();

  function shell(command: string) {
    const child = spawn("bash", ["-c", command], {
      cwd: folder.path,
      env: { ...plainEnvironment(), MANGROVE_TIME_ZONE: "UTC", ML_TRAINING_INTERVAL_HOURS: "0", MANGROVE_JOBS: "false", ...env, PATH: `${folder.file(".bin")}${delimiter}${process.env["PATH"] ?? ""}` },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    running.add(child);
    const said = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
    const ended = new Promise<Ran>((resolve) => child.once("close", (code) => (running.delete(child), resolve({ code, ...said }))));
    return { child, said, ended };
  }

  return {
    path: folder.path,
    file: folder.file,
    async run(command) {
      const { child, ended } = shell(command);
      const timer = setTimeout(() => signalGroup(child, "SIGKILL"), LONGEST_MS);
      return ended.finally(() => clearTimeout(timer));
    },
    async begin(command, until) {
      const { child, said, ended } = shell(command);
      const seen = await new Promise<RegExpExecArray>((resolve, reject) => {
        const look = () => {
          const match = until.exec(said.stderr);
          if (match) resolve(match);
        };
        child.stderr.on("data", look);
        void ended.then(({ code }) => reject(new Error(`${command} ended with ${code} before it said ${String(until)}:\n${said.stderr}`)));
      });
      return { seen, end: () => (signalGroup(child, "SIGINT"), ended) };
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) signalGroup(child, "SIGKILL");
      await folder[Symbol.asyncDispose]();
    },
  };
}

function signalGroup(child: ChildProcess, name: "SIGINT" | "SIGKILL"): void {
  try {
    process.kill(-child.pid!, name);
  } catch {} // it has ended
}
