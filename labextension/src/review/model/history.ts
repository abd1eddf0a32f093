/** What the person has answered so far, newest first. */
import { signal, type ReadonlySignal } from '@preact/signals';

import type { HistoryEntry } from '../../protocol/messages';
import type { Session } from './session';

const PAGE = 50;

export class History {
  private readonly _entries = signal<readonly HistoryEntry[]>([]);
  readonly entries: ReadonlySignal<readonly HistoryEntry[]> = this._entries;
  private readonly _state = signal<'idle' | 'loading' | 'end'>('idle');
  readonly state: ReadonlySignal<'idle' | 'loading' | 'end'> = this._state;
  private readonly _problem = signal('');
  readonly problem: ReadonlySignal<string> = this._problem;

  constructor(private readonly session: Session) {}

  /** Read from the newest. */
  async restart(): Promise<void> {
    this._entries.value = [];
    this._state.value = 'idle';
    await this.more();
  }

  /** Read on. */
  async more(): Promise<void> {
    const queue = this.session.openQueue;
    if (queue === null || this._state.value !== 'idle') {
      return;
    }
    this._state.value = 'loading';
    const before = this._entries.value.at(-1)?.response.id ?? null;
    try {
      const found = await this.session.rpc.request('history', { queue, limit: PAGE, before });
      this._entries.value = [...this._entries.value, ...found.entries];
      this._state.value = found.entries.length < PAGE ? 'end' : 'idle';
      this._problem.value = '';
    } catch (reason) {
      this._state.value = 'idle';
      this._problem.value = reason instanceof Error ? reason.message : String(reason);
    }
  }

  /** Put the record of an entry on the table, to be looked at or answered again. */
  async look(entry: HistoryEntry): Promise<void> {
    const queue = this.session.openQueue;
    if (queue === null) {
      return;
    }
    try {
      const { record } = entry.response;
      const { item } = await this.session.rpc.request('look', { queue, record });
      this.session.bring(item);
    } catch (reason) {
      this._problem.value = reason instanceof Error ? reason.message : String(reason);
    }
  }

  /** Take back the answer of an entry. */
  undo({ response }: HistoryEntry): void {
    this.session.undoOne(response.key);
    this._entries.value = this._entries.value.map((entry) =>
      entry.response.key === response.key
        ? { ...entry, response: { ...entry.response, undone: true } }
        : entry,
    );
  }
}
