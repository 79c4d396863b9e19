/** A part of the project that mutation testing is for, and the tests that must notice. */
export interface Target {
  readonly name: string;
  /** Files, or folders of them. */
  readonly sources: readonly string[];
  /** As vitest takes them. */
  readonly tests: readonly string[];
  /** The kernel is compiled anew for each mutant. */
  readonly isKernel: boolean;
}

export const targets: readonly Target[] = [
  { name: "window", sources: ["kernel-as/assembly/window", "kernel-as/host/windows.ts", "kernel-as/host/window-plan.ts"], tests: ["test/kernel-as/host/window", "test/kernel-as/host/sliding-windows"], isKernel: true },
  { name: "clock", sources: ["kernel-as/assembly/state/clock.ts", "kernel-as/host/clock.ts"], tests: ["test/kernel-as/host/clock", "test/engine/task/"], isKernel: true },
  { name: "task", sources: ["engine/task"], tests: ["test/engine/task/", "test/engine/pipeline/", "test/engine/testing.test.ts", "test/pipelines/", "test/engine/notify/", "test/engine/runtime/task-runner.test.ts"], isKernel: false },
  { name: "gate", sources: ["trainer/gate"], tests: ["test/trainer/gate/"], isKernel: false },
];
