// Waiting for something that another loop of the emitter does.

/** One who waits, and word for them that is kept until they do. */
export class Signal {
  #isGiven = false;
  #wake: (() => void) | undefined;

  /** Wakes who waits, or who waits next. */
  give(): void {
    this.#isGiven = true;
    this.#wake?.();
  }

  /** Resolves once word is given; with `timeoutMs` at the latest then. Keeps no process alive. */
  async wait(timeoutMs?: number): Promise<void> {
    if (!this.#isGiven) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (timeoutMs !== undefined) timer = setTimeout(resolve, timeoutMs).unref();
      });
      clearTimeout(timer);
      this.#wake = undefined;
    }
    this.#isGiven = false;
  }
}
