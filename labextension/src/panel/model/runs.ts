/** The runs of a kernel: how far they are, and how to stop them. */
import { signal, type ReadonlySignal } from '@preact/signals';

import type { Rpc } from '../../protocol/client';
import type { Progress } from '../../protocol/messages';

/** A run ends in one of these phases. */
const ENDS = new Set(['done', 'stopped', 'failed']);

/** How long the end of a run is shown. */
export const LINGER_MS = 6000;

export interface Run {
  readonly progress: Progress;
  readonly ended: boolean;
  /** The person asked to stop it. */
  readonly stopping: boolean;
}

export class Runs {
  private readonly _all = signal<readonly Run[]>([]);
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly rpc: Rpc,
    private readonly lingerMs = LINGER_MS,
  ) {}

  /** In the order in which they began. */
  get all(): ReadonlySignal<readonly Run[]> {
    return this._all;
  }

  /** Take note of a moment of a run. */
  see(progress: Progress): void {
    const { task } = progress;
    const before = this._all.peek().find((run) => run.progress.task === task);
    const ended = ENDS.has(progress.phase);
    const stopping = !ended && (before?.stopping ?? false) && !before?.ended;
    this.put({ progress, ended, stopping });
    clearTimeout(this.timers.get(task));
    if (ended) {
      this.timers.set(
        task,
        setTimeout(() => {
          this.remove(task);
        }, this.lingerMs),
      );
    }
  }

  /** The kernel told of all that run: what is not among them has ended unseen. */
  set(running: readonly Progress[]): void {
    const names = new Set(running.map(({ task }) => task));
    this._all.value = this._all.peek().filter((run) => run.ended || names.has(run.progress.task));
    running.forEach((progress) => {
      this.see(progress);
    });
  }

  /** Stop a run as the interrupt button would; what it has is kept. */
  async cancel(task: string): Promise<void> {
    const run = this._all.peek().find(({ progress }) => progress.task === task);
    if (!run || run.ended || run.stopping) {
      return;
    }
    this.put({ ...run, stopping: true });
    try {
      const { found } = await this.rpc.request('cancel', { task });
      if (!found) {
        this.remove(task);
      }
    } catch (reason) {
      const now = this._all.peek().find(({ progress }) => progress.task === task);
      if (now && !now.ended) {
        this.put({ ...now, stopping: false });
      }
      throw reason;
    }
  }

  /** The kernel is gone, and its runs with it. */
  clear(): void {
    this.timers.forEach(clearTimeout);
    this.timers.clear();
    this._all.value = [];
  }

  private put(run: Run): void {
    const all = this._all.peek();
    const same = (other: Run) => other.progress.task === run.progress.task;
    this._all.value = all.some(same)
      ? all.map((other) => (same(other) ? run : other))
      : [...all, run];
  }

  private remove(task: string): void {
    this._all.value = this._all.peek().filter(({ progress }) => progress.task !== task);
  }
}
