import { median, spread } from "../statistics.ts";
import { nameOf, type Contestant, type Kind } from "./contestants.ts";
import { runOnce, type Input, type Place, type StreamSample } from "./measure.ts";
import type { Outputs } from "./outputs.ts";

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface StreamRow {
  readonly kind: Kind;
  readonly name: string;
  readonly peer: boolean;
  readonly guarantee: string;
  readonly readings: number;
  /** Readings a second: all of them, and the second half. */
  readonly cold: Spread;
  readonly warm: Spread | null;
  /** CPU seconds for a million readings. */
  readonly cpu: Spread;
  readonly peakMb: number;
  /** What its first run told beside ours. */
  readonly checked: string;
  readonly samples: readonly StreamSample[];
}

/** A contestant that takes no part any more, and why. */
export interface Failure {
  readonly kind: Kind;
  readonly name: string;
  readonly reason: string;
}

interface Entry {
  readonly kind: Kind;
  readonly contestant: Contestant;
  readonly input: Input;
  readonly samples: StreamSample[];
  checked: string;
}

interface Options extends Place {
  readonly runs: number;
  readonly long: Input;
  readonly short: Input;
  readonly signal: AbortSignal;
  readonly onStep: (what: string) => void;
}

/** All in turn, round by round; the first round warms the machine, has its outputs compared with ours, and does not count. */
export async function measureRounds(asked: readonly { readonly kind: Kind; readonly contestant: Contestant }[], options: Options): Promise<{ rows: StreamRow[]; failed: Failure[] }> {
  const { runs, long, short, signal, onStep } = options;
  const entries = new Set(asked.map(({ kind, contestant }): Entry => ({ kind, contestant, input: contestant.isSlow ? short : long, samples: [], checked: "" })));
  const failed: Failure[] = [];
  const references = new Map<string, Outputs>();
  const referenceOf = async (kind: Kind, input: Input): Promise<Outputs> => {
    const known = references.get(`${kind} ${input.topic}`);
    if (known) return known;
    const ours = asked.find(({ contestant }) => contestant.runtime !== null)!.contestant;
    const { outputs } = await runOnce(options, ours, { kind, input, id: `reference-${kind}-${input.topic}`, reference: null, isRead: true });
    references.set(`${kind} ${input.topic}`, outputs);
    return outputs;
  };
  for (let round = 0; round <= runs; round++) {
    for (const entry of entries) {
      signal.throwIfAborted();
      const { kind, contestant, input } = entry;
      onStep(`${kind}, ${nameOf(contestant, kind)}, ${contestant.guarantee}: ${round === 0 ? "warm-up" : `run ${round} of ${runs}`}`);
      const id = `${kind}-${asked.findIndex((each) => each.kind === kind && each.contestant === contestant)}-${round}`;
      try {
        const { sample, verdict } = await runOnce(options, contestant, { kind, input, id, isRead: round === 0, reference: round === 0 ? await referenceOf(kind, input) : null });
        if (verdict) entry.checked = `${verdict.compared.toLocaleString("en")} equal${verdict.missing > 0 ? `, ${verdict.missing.toLocaleString("en")} not told` : ""}`;
        if (round > 0) entry.samples.push(sample);
      } catch (thrown) {
        signal.throwIfAborted(); // whose children have got it too
        if (contestant.runtime !== null) throw thrown;
        entries.delete(entry);
        failed.push({ kind, name: `${nameOf(contestant, kind)}, ${contestant.guarantee}`, reason: (thrown as Error).message });
        onStep(`FAILED: ${(thrown as Error).message}`);
      }
    }
    references.clear();
  }
  return { rows: [...entries].map(rowOf), failed };
}

function rowOf({ kind, contestant, input, samples, checked }: Entry): StreamRow {
  const of = (figure: (sample: StreamSample) => number): Spread => ({ median: median(samples.map(figure)), ...spread(samples.map(figure)) });
  const isWarm = samples.every(({ warmSeconds }) => warmSeconds !== null && warmSeconds > 0);
  return {
    kind,
    name: nameOf(contestant, kind),
    peer: contestant.runtime === null,
    guarantee: contestant.guarantee,
    readings: input.readings,
    cold: of(({ seconds }) => input.readings / seconds),
    warm: isWarm ? of(({ warmSeconds }) => input.readings / 2 / warmSeconds!) : null,
    cpu: of(({ cpuSeconds }) => (cpuSeconds / input.readings) * 1e6),
    peakMb: Math.max(...samples.map(({ peakMb }) => peakMb)),
    checked,
    samples,
  };
}
