/** How much of a task's output files is committed. */
export interface CommittedOutputs {
  readonly partition: number;
  /** Where the files are, `<topic>-<partition>.jsonl`. */
  readonly directory: string;
  /** By topic. */
  readonly bytes: Readonly<Record<string, number>>;
}

/** Follows the output files of a state. */
export interface OutputsWatch {
  /** Files are there as far as they were committed. Nothing more is committed before this resolves. */
  opened(outputs: CommittedOutputs): Promise<void>;
  committed(outputs: CommittedOutputs): void;
}
