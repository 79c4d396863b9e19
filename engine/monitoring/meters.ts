import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What metrics are made of, and told by. Names and units follow Prometheus' conventions; labels have few values. */
export class Meters {
  protected readonly registry = new Registry();

  /** All of it in Prometheus' text format, of the media type {@link contentType}. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  protected counter<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name: `mangrove_${name}`, help, labelNames, registers: [this.registry] });
  }

  /** Absent until it is set: 0 would be a measurement. */
  protected gauge<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    const gauge = new Gauge({ name: `mangrove_${name}`, help, labelNames, registers: [this.registry] });
    if (labelNames.length === 0) gauge.remove();
    return gauge;
  }

  protected histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name: `mangrove_${name}`, help, buckets, registers: [this.registry] });
  }
}
