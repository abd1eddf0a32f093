/** Requests with replies, over a transport that may end and be replaced by another. */
import { signal, type ReadonlySignal } from '@preact/signals';

import {
  PROTOCOL,
  type Event,
  type Methods,
  type Problem,
  type Reply,
  type Request,
  type Welcome,
} from './messages';
import type { Transport } from './transport';

export type Method = keyof Methods;

/** The kernel answered with a problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** The connection ended before the reply came: whether the kernel acted on it is not known. */
export class LostError extends Error {
  override readonly name = 'LostError';

  constructor() {
    super('the connection to the kernel ended');
  }
}

/** Whether the kernel can be asked. `turn` rises with every connection. */
export type Link =
  | { readonly state: 'closed' }
  | { readonly state: 'opening' }
  | { readonly state: 'ready'; readonly turn: number; readonly welcome: Welcome }
  | { readonly state: 'refused'; readonly problem: Problem };

/** Asks the kernel. */
export interface Rpc {
  readonly link: ReadonlySignal<Link>;
  /** When the oldest request that waits for its reply was sent; `null` if none waits. */
  readonly waitingSince: ReadonlySignal<number | null>;
  /**
   * @throws ProblemError if the kernel says so.
   * @throws LostError if there is no connection, or it ends before the reply.
   */
  request<M extends Method>(method: M, params: Methods[M]['params']): Promise<Methods[M]['result']>;
}

/** What the kernel tells by itself. */
export interface Events {
  /** Returns what ends the subscription. */
  subscribe(listener: (event: Event) => void): () => void;
}

interface Waiting {
  readonly since: number;
  readonly resolve: (result: never) => void;
  readonly reject: (reason: Error) => void;
}

export class Client implements Rpc, Events {
  private readonly _link = signal<Link>({ state: 'closed' });
  private readonly _waitingSince = signal<number | null>(null);
  private readonly waiting = new Map<string, Waiting>();
  private readonly listeners = new Set<(event: Event) => void>();
  private transport: Transport | null = null;
  private turn = 0;
  private lastId = 0;

  /**
   * `name` tells the kernel what asks, `identity` whom the Jupyter server knows to be there, `store`
   * which store is meant, if it is not the notebook's own.
   */
  constructor(
    private readonly name: string,
    private readonly identity: () => string = () => '',
    private readonly store: string | null = null,
  ) {}

  get link(): ReadonlySignal<Link> {
    return this._link;
  }

  get waitingSince(): ReadonlySignal<number | null> {
    return this._waitingSince;
  }

  /** Use a transport from now on, in place of the one before. Greets the kernel. */
  async connect(transport: Transport): Promise<void> {
    this.disconnect();
    this.transport = transport;
    this._link.value = { state: 'opening' };
    transport.listen({
      reply: (reply) => {
        this.onReply(reply);
      },
      event: (event) => {
        this.listeners.forEach((listener) => {
          listener(event);
        });
      },
      closed: () => {
        if (this.transport === transport) {
          this.disconnect();
        }
      },
    });
    try {
      const welcome = await this.request('hello', {
        protocol: PROTOCOL,
        client: this.name,
        identity: this.identity(),
        store: this.store,
      });
      if (this.transport === transport) {
        this._link.value = { state: 'ready', turn: ++this.turn, welcome };
      }
    } catch (reason) {
      if (this.transport === transport && reason instanceof ProblemError) {
        this._link.value = { state: 'refused', problem: reason.problem };
      }
    }
  }

  /** End the connection; what waits for a reply is told that it is lost. */
  disconnect(): void {
    const transport = this.transport;
    this.transport = null;
    this._link.value = { state: 'closed' };
    transport?.close();
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    this.tellWaiting();
    lost.forEach(({ reject }) => {
      reject(new LostError());
    });
  }

  request<M extends Method>(
    method: M,
    params: Methods[M]['params'],
  ): Promise<Methods[M]['result']> {
    return new Promise((resolve, reject) => {
      const transport = this.transport;
      if (!transport) {
        reject(new LostError());
        return;
      }
      const id = String(++this.lastId);
      const request: Request = { id, method, params: { ...params } };
      this.waiting.set(id, { since: Date.now(), resolve, reject });
      this.tellWaiting();
      try {
        transport.send(request);
      } catch {
        this.waiting.delete(id);
        this.tellWaiting();
        reject(new LostError());
      }
    });
  }

  subscribe(listener: (event: Event) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private onReply(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    if (!waiting) {
      return;
    }
    this.waiting.delete(reply.id);
    this.tellWaiting();
    if (reply.problem) {
      waiting.reject(new ProblemError(reply.problem));
    } else {
      waiting.resolve(reply.result as never);
    }
  }

  private tellWaiting(): void {
    // Replies come in the order of the requests, and a map keeps that order.
    const [oldest] = this.waiting.values();
    this._waitingSince.value = oldest?.since ?? null;
  }
}
