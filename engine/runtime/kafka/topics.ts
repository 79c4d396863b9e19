/** The topics of an application that nobody else reads or writes: partition `p` of each is that of the task of input partition `p`. */
export function internalTopics(appId: string) {
  return { journal: `${appId}-journal`, snapshots: `${appId}-snapshots` };
}
