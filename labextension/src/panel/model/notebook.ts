/** What the panel knows of one notebook: its kernel, the tasks, and what is looked at. */
import {
  batch,
  effect,
  signal,
  untracked,
  type ReadonlySignal,
  type Signal,
} from '@preact/signals';
import type { IDisposable } from '@lumino/disposable';

import { LostError, type Client } from '../../protocol/client';
import type { Event, Open, TaskView } from '../../protocol/messages';
import { Charts } from './charts';
import type { Connector } from './connector';
import { Refreshing } from './refreshing';
import { Runs } from './runs';

export type Tab = 'review' | 'charts';

/** How a task is opened, besides its name. */
export type Opening = Omit<Open, 'task'>;

/** What is looked at: the list of tasks, or one of them. */
export interface Sight {
  readonly task: string | null;
  readonly tab: Tab;
}

/** A wish to see a task's queue in a certain way. A new one has a higher number. */
export interface Wish {
  readonly number: number;
  readonly opening: Opening;
}

/** Counts follow the answers of this person at once, in the review; here they may take a moment. */
const PAUSE_MS = 1500;

export class NotebookModel implements IDisposable {
  /** What the person looks at. */
  readonly sight: ReadonlySignal<Sight>;
  /** The task's charts. */
  readonly charts = signal<Charts | null>(null);
  readonly runs: Runs;
  /** Called when the kernel asks to bring the panel to the front. */
  onShow: () => void = () => undefined;

  private readonly _sight: Signal<Sight>;
  private readonly _tasks = signal<readonly TaskView[] | null>(null);
  private readonly _problem = signal('');
  private readonly _wish = signal<Wish>({ number: 0, opening: {} });
  private readonly refreshing: Refreshing;
  private readonly stops: (() => void)[];
  private visible = false;
  private disposed = false;

  constructor(
    readonly client: Client,
    readonly connector: Connector,
    start: Sight,
    pauseMs = PAUSE_MS,
  ) {
    this._sight = signal(start);
    this.sight = this._sight;
    this.runs = new Runs(client);
    this.refreshing = new Refreshing(() => this.fetch(), pauseMs);
    if (start.task !== null) {
      this.charts.value = new Charts(client, start.task);
    }
    this.stops = [
      client.subscribe((event) => {
        this.onEvent(event);
      }),
      effect(() => {
        const { state } = client.link.value;
        untracked(() => {
          this.onLink(state);
        });
      }),
      effect(() => {
        const charts = this.charts.value;
        const looked = this.sight.value.tab === 'charts' && this.visible;
        untracked(() => charts?.look(looked));
      }),
    ];
  }

  /** The tasks of the store, or `null` as long as they are not known. */
  get tasks(): ReadonlySignal<readonly TaskView[] | null> {
    return this._tasks;
  }

  /** Why the tasks are not known. */
  get problem(): ReadonlySignal<string> {
    return this._problem;
  }

  get wish(): ReadonlySignal<Wish> {
    return this._wish;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Look at a task, or at the list of them. */
  open(task: string | null, opening?: Opening): void {
    batch(() => {
      if (this.sight.peek().task !== task) {
        this.charts.peek()?.dispose();
        this.charts.value = task === null ? null : new Charts(this.client, task);
        this._sight.value = { task, tab: 'review' };
        // What was asked of another task does not hold for this one.
        this._wish.value = { ...this._wish.peek(), opening: {} };
      }
      if (opening) {
        this.filter(opening);
      }
    });
    if (task === null) {
      this.refreshing.now();
    }
  }

  /** Look at another side of the task. */
  turn(tab: Tab): void {
    this._sight.value = { task: this.sight.peek().task, tab };
  }

  /** Review the task's records in a certain order, or only some of them. */
  filter(opening: Opening): void {
    batch(() => {
      this._wish.value = { number: this._wish.peek().number + 1, opening };
      this.turn('review');
    });
  }

  /** The panel shows this notebook, or no longer: what nobody sees is not asked for. */
  look(visible: boolean): void {
    this.visible = visible;
    this.charts.peek()?.look(visible && this.sight.peek().tab === 'charts');
    if (visible && this.client.link.peek().state === 'ready') {
      this.refreshing.soon();
    }
  }

  /** Stop a run. */
  async cancel(task: string): Promise<void> {
    try {
      await this.runs.cancel(task);
    } catch (reason) {
      this.tell(reason);
    }
  }

  dispose(): void {
    if (this.disposed) {
      return;
    }
    this.disposed = true;
    this.stops.forEach((stop) => {
      stop();
    });
    this.refreshing.stop();
    this.charts.peek()?.dispose();
    this.runs.clear();
    this.connector.dispose();
  }

  private onLink(state: string): void {
    if (state === 'ready') {
      this.refreshing.now();
      this.charts.peek()?.change();
    } else if (state === 'closed') {
      this.refreshing.stop();
      this.runs.clear();
    }
  }

  private onEvent(event: Event): void {
    switch (event.event) {
      case 'progress':
        this.runs.see(event.progress);
        break;
      case 'changed':
        if (this.charts.peek()?.task === event.task) {
          this.charts.peek()?.change();
        }
        if (this.visible) {
          this.refreshing.soon();
        }
        break;
      case 'show': {
        const { task, ...opening } = event.open;
        this.open(task, opening);
        this.onShow();
        break;
      }
    }
  }

  private async fetch(): Promise<void> {
    try {
      const { tasks, running } = await this.client.request('tasks', {});
      batch(() => {
        this._tasks.value = tasks;
        this._problem.value = '';
        this.runs.set(running);
      });
    } catch (reason) {
      this.tell(reason);
    }
  }

  private tell(reason: unknown): void {
    // A lost connection is told by its state.
    if (!(reason instanceof LostError)) {
      this._problem.value = reason instanceof Error ? reason.message : String(reason);
    }
  }
}
