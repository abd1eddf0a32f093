/** Answering many records at once: which, how many they are, and what is said of them. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';

import type { BulkCounted, Filter } from '../../protocol/messages';
import type { Session } from './session';

/** A filter is counted when it has stood still for this long, in milliseconds. */
const PAUSE = 250;

export class Bulk {
  readonly filter = signal<Filter>({});
  private readonly _found = signal<BulkCounted | null>(null);
  /** The open records of the filter; `null` while they are counted. */
  readonly found: ReadonlySignal<BulkCounted | null> = this._found;
  private readonly _problem = signal('');
  readonly problem: ReadonlySignal<string> = this._problem;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stop: () => void;

  constructor(private readonly session: Session) {
    this.filter.value = session.options.peek().filter ?? {};
    this.stop = effect(() => {
      const filter = this.filter.value;
      clearTimeout(this.timer);
      this._found.value = null;
      // What is answered changes what is open: it is counted again with every answer.
      if (session.counts.value) {
        this.timer = setTimeout(() => void this.count(filter), PAUSE);
      }
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.stop();
  }

  private async count(filter: Filter): Promise<void> {
    const queue = this.session.openQueue;
    if (queue === null) {
      return;
    }
    try {
      const found = await this.session.rpc.request('bulk_count', { queue, filter });
      if (filter === this.filter.peek()) {
        this._found.value = found;
        this._problem.value = '';
      }
    } catch (reason) {
      this._problem.value = reason instanceof Error ? reason.message : String(reason);
    }
  }
}
