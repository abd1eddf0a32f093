/** The records that come next: fetched ahead, so that the next one is there at once. */
import { signal, type ReadonlySignal } from '@preact/signals';

import type { Rpc } from '../../protocol/client';
import type { Counts, Item } from '../../protocol/messages';

/** Fetch more when fewer than this are left: at a key press a second there is time for a reply. */
const FEW = 12;
const MANY = 30;
/** Time after which records that others hold are asked for again, in milliseconds. */
const AGAIN = 15_000;

/** `dry`: no record is left. `held`: those that are left are with other people. */
export type SupplyState = 'loading' | 'flowing' | 'dry' | 'held';

export interface SupplyListener {
  /** Records on the table or in the outbox: they are not wanted again. */
  taken(): Set<string>;
  arrived(counts: Counts): void;
  failed(reason: unknown): void;
}

export class Supply {
  private readonly _state = signal<SupplyState>('loading');
  readonly state: ReadonlySignal<SupplyState> = this._state;
  private readonly _held = signal(0);
  /** How many records are with other people, when nothing else is left. */
  readonly held: ReadonlySignal<number> = this._held;
  private items: Item[] = [];
  private queue: string | null = null;
  private asking = false;
  /** Whether the kernel had no more when it was asked last. */
  private exhausted = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly rpc: Rpc,
    private readonly listener: SupplyListener,
  ) {}

  /** Begin with the items of a queue that was opened. */
  begin(queue: string, items: readonly Item[], held: number): void {
    this.queue = queue;
    this.asking = false;
    this.items = [];
    this.add(items, held);
  }

  /** Ask for nothing until a queue is opened. What was fetched stays. */
  pause(): void {
    this.queue = null;
    this.asking = false;
    clearTimeout(this.timer);
  }

  /** Forget everything, and wait for a queue. */
  clear(): void {
    this.pause();
    this.items = [];
    this._state.value = 'loading';
  }

  /** The next record, or `null` if none is there now. */
  take(): Item | null {
    const item = this.items.shift() ?? null;
    // When the kernel had no more, it is asked again only after the last one.
    if (item && this.items.length < (this.exhausted ? 1 : FEW)) {
      void this.refill();
    }
    return item;
  }

  /** Put a record before the others. */
  putBack(item: Item): void {
    this.items = [item, ...this.items.filter(({ record }) => record !== item.record)];
  }

  /** Records that were fetched and not taken. */
  records(): string[] {
    return this.items.map(({ record }) => record);
  }

  /** Ask for more, whatever was found before. */
  async refill(): Promise<void> {
    const { queue } = this;
    if (queue === null || this.asking) {
      return;
    }
    this.asking = true;
    clearTimeout(this.timer);
    if (!this.items.length && this._state.value !== 'held') {
      this._state.value = 'loading';
    }
    const have = [...new Set([...this.records(), ...this.listener.taken()])];
    try {
      const found = await this.rpc.request('next', { queue, count: MANY, have });
      if (queue === this.queue) {
        this.asking = false;
        this.add(found.items, found.held);
        this.listener.arrived(found.counts);
      }
    } catch (reason) {
      if (queue === this.queue) {
        this.asking = false;
        this.listener.failed(reason);
      }
    }
  }

  private add(items: readonly Item[], held: number): void {
    const known = new Set([...this.records(), ...this.listener.taken()]);
    const fresh = items.filter(({ record }) => !known.has(record));
    this.items.push(...fresh);
    this.exhausted = !fresh.length;
    this._held.value = held;
    this._state.value = this.items.length ? 'flowing' : held ? 'held' : 'dry';
    if (this._state.value === 'held') {
      this.timer = setTimeout(() => void this.refill(), AGAIN);
    }
  }
}
