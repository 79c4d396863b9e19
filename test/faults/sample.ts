import { readdir, readFile } from "node:fs/promises";

/** What one process took, from its start to its end. */
export interface Life {
  readonly name: string;
  readonly samples: { readonly atMs: number; readonly rssBytes: number; readonly handles: number }[];
}

const EVERY_MS = 1000;

/** Looks every second at the processes' memory and open handles, where the system has /proc; until disposed. */
export function sampleProcesses(running: () => ReadonlyMap<string, number>): Disposable & { readonly lives: readonly Life[] } {
  const lives = new Map<number, Life>();
  const look = async (name: string, pid: number) => {
    const [status, handles] = await Promise.all([readFile(`/proc/${pid}/status`, "utf8"), readdir(`/proc/${pid}/fd`)]);
    const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
    if (!(kilobytes > 0)) return;
    const life = lives.get(pid) ?? { name, samples: [] };
    lives.set(pid, life);
    life.samples.push({ atMs: performance.now(), rssBytes: kilobytes * 1024, handles: handles.length });
  };
  const timer = setInterval(() => {
    for (const [name, pid] of running()) look(name, pid).catch(() => {}); // it has just ended
  }, EVERY_MS);
  return {
    get lives() {
      return [...lives.values()];
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
