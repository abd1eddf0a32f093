/** The time that a record is before a person's eyes. It stands still while the page is hidden. */
export class Stopwatch {
  private passed = 0;
  private since: number | null = null;

  constructor() {
    document.addEventListener('visibilitychange', this.onVisibility);
  }

  /** Begin at zero. */
  restart(): void {
    this.passed = 0;
    this.since = document.hidden ? null : performance.now();
  }

  /** Seconds since the start, to milliseconds. */
  read(): number {
    const running = this.since === null ? 0 : performance.now() - this.since;
    return Math.round(this.passed + running) / 1000;
  }

  dispose(): void {
    document.removeEventListener('visibilitychange', this.onVisibility);
  }

  private readonly onVisibility = (): void => {
    if (!document.hidden) {
      this.since ??= performance.now();
    } else if (this.since !== null) {
      this.passed += performance.now() - this.since;
      this.since = null;
    }
  };
}
