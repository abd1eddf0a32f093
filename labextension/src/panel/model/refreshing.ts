/** Runs a job that is asked for often: one at a time, not more often than it is worth. */
export class Refreshing {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private wanted = false;
  private last = -Infinity;

  constructor(
    private readonly job: () => Promise<void>,
    private readonly pauseMs: number,
  ) {}

  /** Run the job now, or as soon as the one that runs has ended. */
  now(): void {
    this.stop();
    if (this.running) {
      this.wanted = true;
      return;
    }
    void this.run();
  }

  /** Run the job when the pause since the last one is over. */
  soon(): void {
    if (this.running) {
      this.wanted = true;
    } else {
      this.timer ??= setTimeout(
        () => {
          this.now();
        },
        Math.max(0, this.last + this.pauseMs - Date.now()),
      );
    }
  }

  /** Forget what is asked for. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.wanted = false;
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      await this.job();
    } finally {
      this.running = false;
      this.last = Date.now();
      if (this.wanted) {
        this.wanted = false;
        this.soon();
      }
    }
  }
}
