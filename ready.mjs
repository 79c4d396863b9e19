// Runs before every command, on any Node from 20 on and without any package: installs what the lock file names and
// builds the kernel, when they are missing or stale. Says nothing when all is there.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const installed = join(root, "node_modules", ".mangrove-installed");
const build = join(root, "kernel-as", "build");
const built = join(build, "sources.sha256");
// npm calls `--prepare` at the end of an installation, so that one is whole; `--kernel` looks at the kernel alone
const preparing = process.argv.includes("--prepare");
const kernelOnly = preparing || process.argv.includes("--kernel");

const [major] = process.versions.node.split(".").map(Number);
if (major < 20) fail(`Mangrove needs Node 20 or newer to begin with; this is ${process.version}.`);

const lockHash = hash([join(root, "package-lock.json")]);
const asc = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
// npm's settings may leave out the first, as a package of development, and the second, which a script fetches
const isWhole = () => [asc, join(root, "node_modules", ".bin", "node")].every((path) => existsSync(path));
const isInstalled = () => read(installed) === lockHash && isWhole();
if (preparing && isWhole()) writeFileSync(installed, lockHash);
if (!kernelOnly && !isInstalled()) {
  withLock(join(root, ".mangrove-installing"), () => {
    if (isInstalled()) return;
    console.error("mangrove: installing packages from the lock file (about half a minute, once)");
    run("npm", ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"]);
    if (!isWhole()) fail("`npm ci` has left out the kernel's compiler or Node. Where ignore-scripts is among npm's settings, `npm ci --ignore-scripts=false` installs both.");
    writeFileSync(installed, lockHash);
  });
}

// the lock file is one of the sources: it names the compiler
const sources = [join(root, "package-lock.json"), join(root, "asconfig.json"), ...filesBelow(join(root, "kernel-as", "assembly"))];
const isBuilt = () => read(built) === sourcesHash && ["release", "debug"].every((target) => existsSync(join(build, `${target}.wasm`)));
const sourcesHash = hash(sources);
if (preparing && !existsSync(asc)) {
  console.error("mangrove: the kernel is not built, because its compiler is a development dependency that was left out");
} else if (!isBuilt()) {
  mkdirSync(build, { recursive: true });
  withLock(join(build, ".building"), () => {
    if (isBuilt()) return;
    console.error("mangrove: building the kernel");
    for (const target of ["release", "debug"]) run(process.execPath, [asc, "--config", "asconfig.json", "--target", target]);
    writeFileSync(built, sourcesHash);
  });
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith(".ts"))
    .sort();
}

function hash(paths) {
  const digest = createHash("sha256");
  for (const path of paths) digest.update(readFileSync(path)).update("\0");
  return digest.digest("hex");
}

function read(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

/** Two commands that start together take turns; a lock whose owner is gone does not count. */
function withLock(path, work) {
  let told = false;
  while (!take(path)) {
    const owner = Number(read(path));
    if (owner > 0 && !runs(owner)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!told) console.error(`mangrove: waiting for another command that installs or builds here (process ${owner})`);
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
  const release = () => rmSync(path, { force: true });
  process.once("exit", release);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
  work();
  release();
}

function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}

function runs(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function run(command, args) {
  // npm is a script on Windows, which only a shell can start there
  const shell = process.platform === "win32" && command === "npm";
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2], shell });
  if (status !== 0) fail(`\`${command} ${args.join(" ")}\` failed${error ? `: ${error.message}` : ""}. Mend what it says above, then try again.`);
}

function fail(message) {
  console.error(`mangrove: ${message}`);
  process.exit(1);
}
