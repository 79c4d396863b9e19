/** Which places of one part of a log are done with, in whatever order that comes about. */
export class Settled {
  /** Handed out and not yet below the mark, in their order. */
  readonly #open: { readonly next: number; isSettled: boolean }[] = [];

  /** A place is handed out: `next` is where the one behind it begins. The function settles it, and gives the mark below which all is settled; null: it has not moved. */
  take(next: number): () => number | null {
    const taken = { next, isSettled: false };
    this.#open.push(taken);
    return () => {
      taken.isSettled = true;
      let mark: number | null = null;
      while (this.#open[0]?.isSettled) mark = this.#open.shift()!.next;
      return mark;
    };
  }
}
