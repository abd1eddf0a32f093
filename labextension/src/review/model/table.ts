/** The record on the table, the answer that is being written, and the way back. */
import { signal, type ReadonlySignal } from '@preact/signals';

import type { Item, Kind, SpanView, ValueView } from '../../protocol/messages';
import { beginDraft, type Draft } from './draft';
import { Stopwatch } from './stopwatch';

/** An answer that was given here, as much of it as undoing needs. */
export interface Given {
  readonly key: string;
  /** The record; `null` where the same was said of many. */
  readonly item: Item | null;
  readonly draft: Draft;
}

const NO_DRAFT: Draft = { value: null, note: '' };

/** So many answers can be undone without asking the kernel which they were. */
const MOST_GIVEN = 500;

export class Table {
  private readonly _item = signal<Item | null>(null);
  readonly item: ReadonlySignal<Item | null> = this._item;
  private readonly _draft = signal<Draft>(NO_DRAFT);
  readonly draft: ReadonlySignal<Draft> = this._draft;
  /** Place of the mark that is being changed, in a task that marks spans. */
  readonly chosenMark = signal<number | null>(null);
  private readonly drafts = new Map<string, Draft>();
  private readonly given: Given[] = [];
  private readonly watch = new Stopwatch();

  /** Put a record on the table; with a draft if the person had begun one. */
  lay(kind: Kind, item: Item | null, draft?: Draft): void {
    this._item.value = item;
    this.chosenMark.value = null;
    this._draft.value = item
      ? (draft ?? this.drafts.get(item.record) ?? beginDraft(kind, item))
      : NO_DRAFT;
    this.watch.restart();
  }

  /** Put more of the same record there. The draft stays. */
  amend(item: Item): void {
    if (item.record === this._item.peek()?.record) {
      this._item.value = item;
    }
  }

  /** Take the record off the table, and keep what was written for when it comes back. */
  setAside(): Item | null {
    const item = this._item.value;
    if (item) {
      this.drafts.set(item.record, this._draft.value);
    }
    return item;
  }

  /** The record was answered with a response of this key. */
  gave(key: string): void {
    const item = this._item.value;
    if (item) {
      this.drafts.delete(item.record);
      this.remember({ key, item, draft: this._draft.value });
    }
  }

  /** The same was said of many records, under one key. */
  gaveMany(key: string): void {
    this.remember({ key, item: null, draft: NO_DRAFT });
  }

  /** What was given last and not taken back; `null` if that was before this page. */
  takeBack(): Given | null {
    return this.given.pop() ?? null;
  }

  /** Forget an answer that no longer holds. */
  forget(key: string): void {
    const at = this.given.findIndex((its) => its.key === key);
    if (at >= 0) {
      this.given.splice(at, 1);
    }
  }

  private remember(given: Given): void {
    this.given.push(given);
    this.given.splice(0, this.given.length - MOST_GIVEN);
  }

  write(value: ValueView): void {
    this._draft.value = { ...this._draft.value, value };
  }

  note(note: string): void {
    this._draft.value = { ...this._draft.value, note };
  }

  /** Replace the marks, and say which of them is being changed. */
  mark(value: SpanView[], chosen: number | null): void {
    this.write(value);
    this.chosenMark.value = chosen;
  }

  /** Seconds since the record was laid down. */
  seconds(): number {
    return this.watch.read();
  }

  dispose(): void {
    this.watch.dispose();
  }
}
