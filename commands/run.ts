import process from "node:process";
import { MangroveError } from "../kernel-as/errors.ts";
import { didYouMean } from "../kernel-as/nearest.ts";
import { usageOf, type Command } from "./command.ts";
import { acknowledgeCommand } from "./alerts/acknowledge.ts";
import { listAlertsCommand } from "./alerts/list.ts";
import { testAlertsCommand } from "./alerts/test.ts";
import { apiCommand } from "./api.ts";
import { listCommand } from "./dead-letters/list.ts";
import { replayLettersCommand } from "./dead-letters/replay.ts";
import { showCommand } from "./dead-letters/show.ts";
import { engineCommand } from "./engine.ts";
import { backtestCommand } from "./backtest.ts";
import { listJobsCommand } from "./jobs/list.ts";
import { runJobCommand } from "./jobs/run.ts";
import { featuresCommand } from "./features.ts";
import { evaluateCommand } from "./evaluate.ts";
import { historyCommand } from "./history.ts";
import { addKeyCommand } from "./keys/add.ts";
import { listKeysCommand } from "./keys/list.ts";
import { removeKeyCommand } from "./keys/remove.ts";
import { addLabelCommand } from "./labels/add.ts";
import { importLabelsCommand } from "./labels/import.ts";
import { listLabelsCommand } from "./labels/list.ts";
import { modelConvertCommand } from "./model-convert.ts";
import { modelDiffCommand } from "./model-diff.ts";
import { modelInfoCommand } from "./model-info.ts";
import { modelListCommand } from "./model-list.ts";
import { modelPromoteCommand } from "./model-promote.ts";
import { modelTrialCommand } from "./model-trial.ts";
import { modelRollbackCommand } from "./model-rollback.ts";
import { doctorCommand } from "./doctor.ts";
import { newCommand } from "./new.ts";
import { predictCommand } from "./predict.ts";
import { replayCommand } from "./replay.ts";
import { resetCommand } from "./reset.ts";
import { retrainCommand } from "./retrain.ts";
import { runWords } from "./run-words.ts";
import { searchCommand } from "./search.ts";
import { simulateCommand } from "./simulate.ts";
import { systemLogsCommand } from "./system/logs.ts";
import { restartProcessCommand } from "./system/restart.ts";
import { setUpCommand } from "./system/setup.ts";
import { startSystemCommand } from "./system/start.ts";
import { systemStatusCommand } from "./system/status.ts";
import { stopSystemCommand } from "./system/stop.ts";
import { testSystemCommand } from "./system/test.ts";
import { tell, tellFailure } from "./terminal.ts";
import { topologyCommand } from "./topology.ts";
import { trainCommand } from "./train.ts";
import { trainerCommand } from "./trainer.ts";
import { upCommand } from "./up.ts";

const commands: readonly Command[] = [
  upCommand,
  startSystemCommand,
  systemStatusCommand,
  stopSystemCommand,
  restartProcessCommand,
  systemLogsCommand,
  testSystemCommand,
  setUpCommand,
  newCommand,
  doctorCommand,
  engineCommand,
  apiCommand,
  trainerCommand,
  trainCommand,
  retrainCommand,
  searchCommand,
  predictCommand,
  evaluateCommand,
  backtestCommand,
  featuresCommand,
  modelListCommand,
  modelInfoCommand,
  modelPromoteCommand,
  modelTrialCommand,
  modelRollbackCommand,
  modelDiffCommand,
  modelConvertCommand,
  addLabelCommand,
  importLabelsCommand,
  listLabelsCommand,
  addKeyCommand,
  listKeysCommand,
  removeKeyCommand,
  listCommand,
  showCommand,
  replayLettersCommand,
  listAlertsCommand,
  acknowledgeCommand,
  testAlertsCommand,
  historyCommand,
  listJobsCommand,
  runJobCommand,
  resetCommand,
  simulateCommand,
  replayCommand,
  topologyCommand,
];

/** Runs `mangrove <command> [operands] [flags]`. Resolves to the exit code: 0 well, 1 failed, 2 wrong use. */
export async function runCommand(words: readonly string[]): Promise<number> {
  const controller = new AbortController();
  try {
    const found = find(words);
    if ("text" in found) {
      process.stdout.write(found.text);
      return found.asked ? 0 : 2;
    }
    return await runWords(found.command, found.rest, controller);
  } catch (thrown) {
    if (saysAborted(thrown, controller.signal)) {
      tell("stopped");
      return 0;
    }
    return tellFailure(thrown);
  } finally {
    controller.abort();
  }
}

/** Whether it says no more than that the signal has aborted. What a runtime has wait for one throws an error of its own. */
function saysAborted(thrown: unknown, { aborted, reason }: AbortSignal): boolean {
  return aborted && (thrown === reason || (thrown instanceof Error && thrown.name === "AbortError" && thrown.cause === reason));
}

const isHelp = (word: string | undefined) => word === "help" || word === "--help" || word === "-h";

/** The command that the first word names, or the first two; an overview, of all or of those that begin with the same word, where none is named. */
function find(words: readonly string[]): { command: Command; rest: readonly string[] } | { text: string; asked: boolean } {
  const [first = "", second = ""] = words;
  if (first === "" || isHelp(first)) return { text: overview("mangrove: trees that stand in a stream", commands), asked: isHelp(first) };
  const alone = commands.some(({ name }) => name === first);
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0 && ((second === "" && !alone) || isHelp(second))) return { text: overview(`mangrove ${first}`, commands.filter(({ name }) => name === first || group.some((each) => each.name === name))), asked: isHelp(second) };
  const isOfGroup = group.some(({ name }) => name === `${first} ${second}`) || (group.length > 0 && !alone);
  const wanted = isOfGroup ? `${first} ${second}` : first;
  const command = commands.find(({ name }) => name === wanted);
  if (command) return { command, rest: words.slice(wanted.split(" ").length) };
  throw new MangroveError("MGV_USAGE", `There is no command ${wanted}.${didYouMean(wanted, commands.map(({ name }) => name))} See mangrove --help.`);
}

function overview(title: string, listed: readonly Command[]): string {
  const width = Math.max(...listed.map((command) => usageOf(command).length)) + 2;
  const lines = listed.map((command) => `  ${usageOf(command).padEnd(width)}${command.summary}`);
  return [title, "", ...lines, "", "mangrove <command> --help tells the flags of each.", ""].join("\n");
}
