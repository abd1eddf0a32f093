/** What the person did and the kernel has not confirmed. Survives lost connections and reloads. */
import { computed, signal, type ReadonlySignal } from '@preact/signals';

import { LostError, ProblemError, type Rpc } from '../../protocol/client';
import type { Acknowledged, Bulk, BulkDone, Problem, Respond, Undo } from '../../protocol/messages';

/** One action. Its key makes that the kernel acts once, however often it is sent. */
export type Letter =
  | { readonly what: 'respond'; readonly params: Omit<Respond, 'queue'>; problem?: string }
  | { readonly what: 'undo'; readonly params: Omit<Undo, 'queue'>; problem?: string }
  | { readonly what: 'bulk'; readonly params: Omit<Bulk, 'queue'>; problem?: string };

export interface OutboxListener {
  acknowledged(letter: Letter, result: Acknowledged | BulkDone): void;
  /** The kernel does not know the queue: it has to be opened anew. */
  queueLost(): void;
  refused(letter: Letter, problem: Problem): void;
}

/** Where letters, and the queue that they are for, are kept over a reload of the page. */
export interface Shelf {
  readonly letters: readonly Letter[];
  /** Id of the queue that was open; `null` if none was. */
  readonly queue: string | null;
  keepLetters(letters: readonly Letter[]): void;
  keepQueue(queue: string | null): void;
  /** Leave what is on it to whoever opens it next. */
  close(): void;
}

export class Outbox {
  private readonly _letters = signal<readonly Letter[]>([]);
  /** Letters that are not confirmed, in the order in which they were written. */
  readonly letters: ReadonlySignal<readonly Letter[]> = this._letters;
  /** How many wait to be confirmed. */
  readonly pending = computed(() => this._letters.value.filter(({ problem }) => !problem).length);
  /** Letters that the kernel refused. They stay until the person sends or drops them. */
  readonly refused = computed(() => this._letters.value.filter(({ problem }) => problem));
  private readonly sent = new Set<string>();
  private queue: string | null = null;
  private shelf: Shelf | null = null;

  constructor(
    private readonly rpc: Rpc,
    private readonly listener: OutboxListener,
  ) {}

  /** Keep letters on a shelf from now on. Those on the one before stay there, for its store. */
  use(shelf: Shelf): void {
    this.disconnect();
    this.shelf?.close();
    this.shelf = shelf;
    this._letters.value = shelf.letters;
  }

  dispose(): void {
    this.disconnect();
    this.shelf?.close();
  }

  /** Records whose answers are not confirmed. */
  records(): Set<string> {
    const answers = this._letters.value.filter((letter) => letter.what === 'respond');
    return new Set(answers.map(({ params }) => params.record));
  }

  /** Put a letter in, and send it if there is a queue. */
  put(letter: Letter): void {
    this.set([...this._letters.value, letter]);
    this.send(letter);
  }

  /** The queue that was open last, perhaps before the page was loaded anew. */
  get lastQueue(): string | null {
    return this.shelf?.queue ?? null;
  }

  /** Forget the queue: its records are given back. */
  endQueue(): void {
    this.disconnect();
    this.shelf?.keepQueue(null);
  }

  /** Send what is there over a queue, in order: what the connection before lost, too. */
  connect(queue: string): void {
    this.queue = queue;
    this.shelf?.keepQueue(queue);
    this.sent.clear();
    this._letters.value.forEach((letter) => {
      this.send(letter);
    });
  }

  /** Keep letters until there is a queue again. */
  disconnect(): void {
    this.queue = null;
    this.sent.clear();
  }

  /** Send a refused letter again. */
  retry(key: string): void {
    const letter = this.find(key);
    if (letter) {
      const again = { ...letter };
      delete again.problem;
      this.replace(key, again);
      this.send(again);
    }
  }

  /** Throw a letter away; whether it was there. */
  drop(key: string): boolean {
    const found = this.find(key) !== undefined;
    this.set(this._letters.value.filter(({ params }) => params.key !== key));
    return found;
  }

  find(key: string): Letter | undefined {
    return this._letters.value.find(({ params }) => params.key === key);
  }

  private send(letter: Letter): void {
    const { queue } = this;
    if (queue === null || letter.problem || this.sent.has(letter.params.key)) {
      return;
    }
    this.sent.add(letter.params.key);
    this.post(letter, queue).then(
      (result) => {
        this.drop(letter.params.key);
        this.listener.acknowledged(letter, result);
      },
      (reason: unknown) => {
        this.onFailure(letter, queue, reason);
      },
    );
  }

  private post(letter: Letter, queue: string): Promise<Acknowledged | BulkDone> {
    switch (letter.what) {
      case 'respond':
        return this.rpc.request('respond', { ...letter.params, queue });
      case 'undo':
        return this.rpc.request('undo', { ...letter.params, queue });
      case 'bulk':
        return this.rpc.request('bulk', { ...letter.params, queue });
    }
  }

  private onFailure(letter: Letter, queue: string, reason: unknown): void {
    if (reason instanceof LostError || queue !== this.queue) {
      return; // It is sent again over the next queue.
    }
    const problem: Problem =
      reason instanceof ProblemError
        ? reason.problem
        : { kind: 'failure', message: reason instanceof Error ? reason.message : String(reason) };
    if (problem.kind === 'queue') {
      this.disconnect();
      this.listener.queueLost();
      return;
    }
    this.replace(letter.params.key, { ...letter, problem: problem.message });
    this.sent.delete(letter.params.key);
    this.listener.refused(letter, problem);
  }

  private replace(key: string, letter: Letter): void {
    this.set(this._letters.value.map((its) => (its.params.key === key ? letter : its)));
  }

  private set(letters: readonly Letter[]): void {
    this._letters.value = letters;
    this.shelf?.keepLetters(letters);
  }
}
