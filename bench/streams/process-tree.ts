import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

const PAGE_BYTES = 4096;

/** When a process began, among the fields of its `stat`. */
const STARTED = 19;

interface Taken {
  readonly cpuSeconds: number;
  readonly residentMb: number;
}

/** A process and all that descend from it, by Linux' /proc; who has ended keeps what it has used when it was last seen. */
export class ProcessTree {
  readonly #root: number;
  readonly #ticks: number;
  readonly #cpu = new Map<number, number>();
  /** The most memory that all had together, where they were looked at; pages that they share count each time. */
  peakMb = 0;

  constructor(root: number) {
    this.#root = root;
    this.#ticks = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  }

  take(): Taken {
    let resident = 0;
    for (const [pid, fields] of this.#members()) {
      this.#cpu.set(pid, (Number(fields[11]) + Number(fields[12])) / this.#ticks);
      resident += Number(fields[21]) * PAGE_BYTES;
    }
    const residentMb = resident / 2 ** 20;
    this.peakMb = Math.max(this.peakMb, residentMb);
    return { cpuSeconds: [...this.#cpu.values()].reduce((sum, each) => sum + each, 0), residentMb };
  }

  /** All that are alive. Calling what it gives sends a signal to those of them that still are: a number that another process has got meanwhile is left alone. */
  holdMembers(): (signal: NodeJS.Signals) => void {
    const held = this.#members();
    return (signal) => {
      for (const [pid, fields] of held) if (statOf(pid)[0]?.[1][STARTED] === fields[STARTED]) process.kill(pid, signal);
    };
  }

  #members(): Map<number, readonly string[]> {
    const stats = new Map(readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? statOf(Number(name)) : [])));
    const children = Map.groupBy(stats, ([, fields]) => Number(fields[1]));
    const members = new Map<number, readonly string[]>();
    const add = (pid: number, fields: readonly string[]) => {
      members.set(pid, fields);
      for (const [child, its] of children.get(pid) ?? []) add(child, its);
    };
    const root = stats.get(this.#root);
    if (root) add(this.#root, root);
    return members;
  }
}

/** The fields behind the name, which may hold anything: state, parent, …; nothing for one that is gone. */
function statOf(pid: number): [number, string[]][] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return [[pid, stat.slice(stat.lastIndexOf(")") + 2).split(" ")]];
  } catch {
    return [];
  }
}
