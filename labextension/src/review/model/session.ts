/** The review of one task: what is on the table, and how the kernel hears of what is done to it. */
import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';

import { LostError, ProblemError, type Events, type Rpc } from '../../protocol/client';
import type {
  Acknowledged,
  BulkDone,
  Counts,
  Filter,
  Item,
  Open,
  Opened,
  Problem,
  TaskView,
  ValueView,
  Verb,
  Welcome,
} from '../../protocol/messages';
import { ahead } from './counts';
import { refusal } from './draft';
import { lastOf, type Last } from './last';
import { newKey } from './newKey';
import { Opening } from './opening';
import { Outbox, type Letter } from './outbox';
import { openShelf, tabStorage } from './shelf';
import { Supply } from './supply';
import { Table } from './table';
import type { Words } from './words';

export type OpenOptions = Omit<Open, 'task'>;

/** How far the session itself is. `failed`: the task cannot be opened, and why. */
export type Stage =
  { readonly at: 'opening' | 'open' } | { readonly at: 'failed'; readonly message: string };

/** The same answer for many records. */
export interface ForMany {
  readonly filter: Filter;
  readonly verb: Verb;
  readonly value: ValueView;
  readonly note: string;
}

export class Session {
  readonly table = new Table();
  readonly supply: Supply;
  readonly outbox: Outbox;
  private readonly _stage = signal<Stage>({ at: 'opening' });
  readonly stage: ReadonlySignal<Stage> = this._stage;
  private readonly _view = signal<TaskView | null>(null);
  /** The task, once it is open. */
  readonly view: ReadonlySignal<TaskView | null> = this._view;
  private readonly _options: Signal<OpenOptions>;
  private readonly _last = signal<Last | null>(null);
  readonly last: ReadonlySignal<Last | null> = this._last;
  private readonly _said = signal('');
  /** What a screen reader shall say now. */
  readonly said: ReadonlySignal<string> = this._said;
  private readonly counted = signal<Counts | null>(null);
  /** How far the task has come, with what is not confirmed yet. */
  readonly counts = computed(() => ahead(this.counted.value, this.outbox.letters.value));
  private readonly opening: Opening;
  private scope: string | null = null;
  /** Undos whose record is put on the table when the kernel sends it. */
  private readonly awaited = new Set<string>();
  private readonly unsubscribe: () => void;

  constructor(
    readonly rpc: Rpc,
    events: Events,
    readonly task: string,
    options: OpenOptions,
    readonly trans: Words,
    private readonly storage: Storage | null = tabStorage(),
  ) {
    this._options = signal(options);
    this.supply = new Supply(rpc, {
      taken: () => this.taken(),
      arrived: (counts) => {
        this.counted.value = counts;
        this.deal();
      },
      failed: (reason) => {
        this.onFailure(reason);
      },
    });
    this.outbox = new Outbox(rpc, {
      acknowledged: (letter, result) => {
        this.onAcknowledged(letter, result);
      },
      refused: (letter, problem) => {
        this.onRefused(letter, problem);
      },
      queueLost: () => {
        this.opening.lost();
      },
    });
    this.opening = new Opening(rpc, {
      asks: () => ({ ...this.options.peek(), task, queue: this.outbox.lastQueue }),
      welcome: (welcome) => {
        this.onWelcome(welcome);
      },
      closed: () => {
        this.onClosed();
      },
      opened: (opened) => {
        this.onOpened(opened);
      },
      failed: (reason) => {
        this.onFailure(reason);
      },
    });
    this.unsubscribe = events.subscribe((event) => {
      if (event.event === 'changed' && event.task === task && !this.table.item.peek()) {
        void this.supply.refill();
      }
    });
  }

  /** How the queue was asked for. */
  get options(): ReadonlySignal<OpenOptions> {
    return this._options;
  }

  /** The id of the open queue; `null` while there is none. */
  get openQueue(): string | null {
    return this.opening.queue;
  }

  /** Ask for other records, or for the same in another order. */
  reopen(options: OpenOptions): void {
    this._options.value = { ...this.options.peek(), ...options };
    void this.startOver();
  }

  /** Give back what was fetched, and open the queue anew. */
  async startOver(): Promise<void> {
    this.giveBack();
    this.table.setAside();
    batch(() => {
      this.lay(null);
      this.supply.clear();
    });
    await this.opening.open();
  }

  /** Answer the record on the table, and put the next one there. Whether it could be answered. */
  answer(verb: Verb): boolean {
    const item = this.table.item.peek();
    const view = this._view.peek();
    if (!item || !view) {
      return false;
    }
    const { value, note } = this.table.draft.peek();
    const why = this.refusalOf(verb, view, item, value);
    if (why !== null) {
      this.say(why);
      return false;
    }
    const key = newKey();
    const kept = verb === 'accept' ? value : null;
    const letter: Letter = {
      what: 'respond',
      params: {
        key,
        record: item.record,
        verb,
        value: kept,
        suggestion: item.suggestion?.id ?? null,
        share: item.share,
        blind: item.blind,
        seconds: this.table.seconds(),
        note,
      },
    };
    batch(() => {
      this._said.value = '';
      this._last.value = lastOf(key, verb, { value: kept, blind: item.blind });
      this.table.gave(key);
      this.outbox.put(letter);
      this.lay(this.supply.take());
    });
    return true;
  }

  /** Why the record on the table cannot be answered so; `null` if it can. */
  refusalOf(verb: Verb, view: TaskView, item: Item, value: ValueView): string | null {
    if (verb === 'accept') {
      return refusal(view.kind, value, this.trans);
    }
    if (verb === 'reject' && (item.suggestion?.value ?? null) === null) {
      return item.blind
        ? this.trans.__('The suggestion is hidden, so it cannot be rejected: answer, or skip.')
        : this.trans.__('There is no suggestion to reject: answer, or skip.');
    }
    return null;
  }

  /** Take back the last answer, and put its record on the table. Without an end. */
  undo(): void {
    if (!this._view.peek()) {
      return;
    }
    const given = this.table.takeBack();
    const key = newKey();
    if (given && this.outbox.find(given.key)?.problem) {
      this.outbox.drop(given.key); // It was never stored: there is nothing to take back.
    } else {
      this.outbox.put({ what: 'undo', params: { key, undoes: given?.key ?? null } });
    }
    this.tellUndone(key);
    if (given?.item) {
      this.bring({ ...given.item, mine: null }, given.draft);
    } else {
      this.awaited.add(key);
    }
  }

  /** Take back one answer of long ago. */
  undoOne(undoes: string): void {
    const key = newKey();
    this.table.forget(undoes);
    this.awaited.add(key);
    this.outbox.put({ what: 'undo', params: { key, undoes } });
    this.tellUndone(key);
  }

  /** Put a record on the table; the one that lies there comes next. */
  bring(item: Item, draft?: Parameters<Table['lay']>[2]): void {
    const before = this.table.setAside();
    if (before && before.record !== item.record) {
      this.supply.putBack(before);
    }
    this.lay(item, draft);
  }

  /** Fetch what was left out of the record's texts. */
  async whole(): Promise<void> {
    const { queue } = this.opening;
    const record = this.table.item.peek()?.record;
    if (queue === null || record === undefined) {
      return;
    }
    try {
      const { item } = await this.rpc.request('look', { queue, record, whole: true });
      const here = this.table.item.peek();
      if (here) {
        this.table.amend({ ...here, fields: item.record === record ? item.fields : here.fields });
      }
    } catch (reason) {
      this.onFailure(reason);
    }
  }

  /** Say the same of all records of a filter. Undone as one. */
  answerMany({ filter, verb, value, note }: ForMany): void {
    const key = newKey();
    this.table.gaveMany(key);
    this.outbox.put({ what: 'bulk', params: { key, filter, verb, value, note } });
  }

  /** Let a screen reader say something. */
  say(text: string): void {
    // The same words twice are said twice only if the text differs.
    this._said.value = text === this._said.peek() ? `${text}\u00a0` : text;
  }

  dispose(): void {
    this.unsubscribe();
    this.giveBack();
    this.opening.dispose();
    this.supply.pause();
    this.outbox.dispose();
    this.table.dispose();
  }

  private onWelcome(welcome: Welcome): void {
    const scope = this.scopeOf(welcome);
    if (scope !== this.scope) {
      this.scope = scope;
      this.outbox.use(openShelf(scope, this.storage));
    }
  }

  /** Nothing can be sent until the queue is open again. What lies on the table stays there. */
  private onClosed(): void {
    this.supply.pause();
    this.outbox.disconnect();
    if (!this.table.item.peek()) {
      this._stage.value = { at: 'opening' };
    }
  }

  /** Whose answers to what: letters are not sent in another's name, nor to another store. */
  private scopeOf({ store, annotator }: Welcome): string {
    const { annotator: named, role = 'annotator' } = this.options.peek();
    return JSON.stringify([store, this.task, named ?? annotator, role]);
  }

  private onOpened({ queue, task, items, held }: Opened): void {
    batch(() => {
      this._view.value = task;
      this.counted.value = task.counts;
      this._stage.value = { at: 'open' };
      this.supply.begin(queue, items, held);
      this.outbox.connect(queue);
      this.deal();
    });
  }

  private onFailure(reason: unknown): void {
    if (reason instanceof LostError) {
      return; // The next connection begins anew.
    }
    if (reason instanceof ProblemError && reason.problem.kind === 'queue') {
      this.opening.lost();
      return;
    }
    const message = reason instanceof Error ? reason.message : String(reason);
    if (this._view.peek() && this.table.item.peek()) {
      this.say(message);
    } else {
      this._stage.value = { at: 'failed', message };
    }
  }

  private onAcknowledged(letter: Letter, result: Acknowledged | BulkDone): void {
    this.counted.value = result.counts;
    if ('stored' in result) {
      this._last.value = lastOf(letter.params.key, 'bulk', { count: result.stored });
      void this.startOver();
      return;
    }
    const last = this._last.peek();
    if (result.revealed && last?.key === letter.params.key) {
      this._last.value = { ...last, revealed: result.revealed };
    }
    if (letter.what === 'undo' && this.awaited.delete(letter.params.key)) {
      if (result.item && !this.outbox.records().has(result.item.record)) {
        this.bring(result.item);
      } else {
        void this.startOver(); // Many were answered as one, and are open again.
      }
    }
  }

  private onRefused(letter: Letter, problem: Problem): void {
    this.say(problem.message);
    if (letter.what === 'undo') {
      this.awaited.delete(letter.params.key);
      this.outbox.drop(letter.params.key); // Nothing was there to undo, or no longer.
    }
  }

  private tellUndone(key: string): void {
    this._last.value = lastOf(key, 'undo');
  }

  /** Put the next record on the table, if none lies there. */
  private deal(): void {
    if (!this.table.item.peek()) {
      this.lay(this.supply.take());
    }
  }

  private lay(item: Item | null, draft?: Parameters<Table['lay']>[2]): void {
    this.table.lay(this._view.peek()?.kind ?? 'label', item, draft);
  }

  private taken(): Set<string> {
    const records = this.outbox.records();
    const item = this.table.item.peek();
    return item ? records.add(item.record) : records;
  }

  /** Let others have what was fetched and not answered. */
  private giveBack(): void {
    const item = this.table.item.peek();
    const records = [...this.supply.records(), ...(item ? [item.record] : [])];
    const { queue } = this.opening;
    if (queue !== null && records.length) {
      this.rpc.request('release', { queue, records }).catch(() => undefined);
    }
    this.outbox.endQueue();
  }
}
