/** Keeps a queue open: asks for it with every connection, and again where the kernel lost it. */
import { effect, untracked } from '@preact/signals';

import { LostError, type Link, type Rpc } from '../../protocol/client';
import type { Open, Opened, Welcome } from '../../protocol/messages';

export interface OpeningListener {
  /** There is a new connection: what to ask for. */
  welcome(welcome: Welcome): void;
  /** The queue is not there for now. */
  closed(): void;
  asks(): Open;
  opened(opened: Opened): void;
  failed(reason: unknown): void;
}

export class Opening {
  /** Id of the open queue; `null` while there is none. */
  queue: string | null = null;
  private turn = 0;
  /** Counts the requests, so that one overtaken by another is dropped. */
  private attempt = 0;
  private readonly stop: () => void;

  constructor(
    private readonly rpc: Rpc,
    private readonly listener: OpeningListener,
  ) {
    this.stop = effect(() => {
      const link = rpc.link.value;
      untracked(() => {
        this.onLink(link);
      });
    });
  }

  /** Open the queue, whether or not one is open. */
  async open(): Promise<void> {
    const attempt = ++this.attempt;
    this.queue = null;
    this.listener.closed();
    try {
      const opened = await this.rpc.request('open', this.listener.asks());
      if (attempt === this.attempt) {
        this.queue = opened.queue;
        this.listener.opened(opened);
      }
    } catch (reason) {
      // Where the connection ended, the next one opens the queue.
      if (attempt === this.attempt && !(reason instanceof LostError)) {
        this.listener.failed(reason);
      }
    }
  }

  /** The kernel does not know the queue, since it was restarted. */
  lost(): void {
    if (this.queue !== null) {
      void this.open();
    }
  }

  dispose(): void {
    this.attempt += 1;
    this.queue = null;
    this.stop();
  }

  private onLink(link: Link): void {
    if (link.state === 'ready') {
      if (link.turn !== this.turn) {
        this.turn = link.turn;
        this.listener.welcome(link.welcome);
        void this.open();
      }
    } else {
      this.attempt += 1;
      this.queue = null;
      this.listener.closed();
    }
  }
}
