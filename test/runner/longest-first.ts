import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files that take long though they are small: where no times of a run before are kept vitest goes by size, and one of these at the end leaves a core idle. Those with several engines each stand apart, so that not all of them run at once.
 */
export const takingLong = [
  "test/faults/faults.test.ts",
  "test/parity/training/held-out-loss.test.ts",
  "test/e2e/jobs.test.ts",
  "test/engine/broker/membership/broker-away.test.ts",
  "test/faults/at-least-once.test.ts",
  "test/engine/broker/kafkajs.test.ts",
  "test/faults/clean.test.ts",
  "test/engine/broker/platformatic.test.ts",
  "test/faults/groups.test.ts",
];

/** Begins with {@link takingLong}; the others follow as vitest orders them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = takingLong.length;
    const place = ({ project, moduleId }: TestSpecification) => {
      const found = takingLong.indexOf(relative(project.config.root, moduleId).replaceAll("\\", "/"));
      return found === -1 ? others : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
