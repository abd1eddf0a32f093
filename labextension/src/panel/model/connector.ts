/** Connects a notebook's kernel, whichever it is, and says what stands in the way. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';

import type { Client } from '../../protocol/client';
import { openKernel, type KernelConnection } from '../../protocol/transport';
import { askInfo, onOwnSubshell } from './busyKernel';
import { Cells } from './cells';
import { load, probe } from './probe';

/** How far the way to the kernel is. */
export type Way =
  | { readonly state: 'none' }
  | { readonly state: 'starting' }
  | { readonly state: 'dead' }
  | { readonly state: 'foreign'; readonly language: string }
  /** Asked whether the extension is loaded; a busy kernel answers after its cell. */
  | { readonly state: 'asking' }
  | { readonly state: 'missing' }
  | { readonly state: 'unloaded'; readonly mistake: string }
  | { readonly state: 'loading' }
  /** The comms are open: the client's link tells the rest. */
  | { readonly state: 'open' };

/** What is used of a notebook's session. */
export type Session = Pick<
  ISessionContext,
  'session' | 'kernelChanged' | 'statusChanged' | 'iopubMessage'
>;

const NOT_YET: ReadonlySet<Kernel.Status> = new Set(['starting', 'restarting', 'autorestarting']);
const GONE: ReadonlySet<Kernel.Status> = new Set(['dead', 'terminating']);

/** A cell that ends may be followed by another at once; only then the kernel is seen idle. */
const SETTLE_MS = 150;

/** As long as Jupyter itself waits for a kernel to say who it is, before it sends anything else. */
const SILENT_MS = 3500;

export class Connector implements IDisposable {
  private readonly _way = signal<Way>({ state: 'none' });
  private readonly cells = new Cells();
  private readonly stopWatching: () => void;
  private disposed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Rises with every attempt, so that one overtaken by another is given up. */
  private turn = 0;

  constructor(
    private readonly session: Session,
    private readonly client: Client,
  ) {
    this.cells.onEnd = (source) => {
      this.onCellEnd(source);
    };
    session.kernelChanged.connect(this.onKernel);
    session.statusChanged.connect(this.onStatus);
    session.iopubMessage.connect(this.onMessage);
    this.stopWatching = effect(() => {
      if (client.link.value.state === 'closed' && this._way.peek().state === 'open') {
        this.later(true);
      }
    });
    this.onKernel();
  }

  get way(): ReadonlySignal<Way> {
    return this._way;
  }

  /** Whether a cell runs. */
  get busy(): ReadonlySignal<boolean> {
    return this.cells.running;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Load the extension, as the person asked, and connect. */
  async load(): Promise<void> {
    const kernel = this.kernel;
    if (!kernel) {
      return;
    }
    const turn = this.begin({ state: 'loading' });
    const mistake = await load(kernel).catch(oneLine);
    if (turn !== this.turn) {
      return;
    }
    if (mistake) {
      this._way.value = { state: 'unloaded', mistake };
    } else {
      await this.open(kernel, turn);
    }
  }

  /** Try again now. */
  retry(): void {
    void this.attempt();
  }

  dispose(): void {
    if (this.disposed) {
      return;
    }
    this.disposed = true;
    this.turn += 1;
    clearTimeout(this.timer);
    this.stopWatching();
    this.session.kernelChanged.disconnect(this.onKernel);
    this.session.statusChanged.disconnect(this.onStatus);
    this.session.iopubMessage.disconnect(this.onMessage);
    this.client.disconnect();
  }

  private get kernel(): Kernel.IKernelConnection | null {
    return this.session.session?.kernel ?? null;
  }

  private readonly onKernel = (): void => {
    this.cells.reset(this.kernel?.status === 'busy');
    this.client.disconnect();
    void this.attempt();
  };

  private readonly onStatus = (_: unknown, status: Kernel.Status): void => {
    const { state } = this._way.peek();
    if (GONE.has(status) || status === 'restarting' || status === 'autorestarting') {
      this.cells.reset(false);
      this.client.disconnect();
      this.begin({ state: GONE.has(status) ? 'dead' : 'starting' });
    } else if ((state === 'starting' || state === 'dead') && !NOT_YET.has(status)) {
      void this.attempt();
    }
  };

  private readonly onMessage = (_: unknown, message: KernelMessage.IMessage): void => {
    this.cells.see(message);
  };

  private onCellEnd(source: string): void {
    const { state } = this._way.peek();
    if (state === 'unloaded' || state === 'missing') {
      // Where cells are queued behind it, only a cell that speaks of the extension is worth a try.
      this.later(source.includes('sciml_magics'));
    }
  }

  private later(knock: boolean): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.attempt(knock), SETTLE_MS);
  }

  /** Look for the extension, and connect. `knock` tries a busy kernel, too. */
  private async attempt(knock = true): Promise<void> {
    const kernel = this.kernel;
    if (!kernel || this.disposed) {
      this.begin({ state: 'none' });
      return;
    }
    if (GONE.has(kernel.status) || NOT_YET.has(kernel.status)) {
      this.begin({ state: GONE.has(kernel.status) ? 'dead' : 'starting' });
      return;
    }
    const turn = this.begin(this.whileAsking(kernel));
    const info = await Promise.race([kernel.info, silence()]);
    if (turn !== this.turn) {
      return;
    }
    if (!info) {
      await this.reach(kernel, turn);
      return;
    }
    if (info.language_info.name !== 'python') {
      this._way.value = { state: 'foreign', language: info.language_info.name };
      return;
    }
    if (this.busy.peek() && kernel.supportsSubshells) {
      // It would answer the question after the cell, and a comm at once.
      if (knock) {
        await this.open(kernel, turn);
      }
      return;
    }
    const found = await probe(kernel).catch(() => 'unloaded' as const);
    if (turn !== this.turn) {
      return;
    }
    if (found === 'loaded') {
      await this.open(kernel, turn);
    } else {
      this._way.value = found === 'missing' ? { state: found } : { state: found, mistake: '' };
    }
  }

  /** What is shown while the kernel is asked: what was found before stays until it is not true. */
  private whileAsking(kernel: Kernel.IKernelConnection): Way {
    const before = this._way.peek();
    if (before.state === 'unloaded' || before.state === 'missing') {
      return before;
    }
    return { state: kernel.status === 'unknown' ? 'starting' : 'asking' };
  }

  /** Reach a kernel that says nothing: one that was busy when the page was loaded. */
  private async reach(kernel: Kernel.IKernelConnection, turn: number): Promise<void> {
    this._way.value = { state: 'asking' };
    const known = kernel.info.then(() => true);
    const info = await Promise.race([known, askInfo(kernel).catch(() => true)]);
    if (turn !== this.turn) {
      return;
    }
    if (typeof info === 'boolean') {
      await known;
    } else if (info.language !== 'python') {
      this._way.value = { state: 'foreign', language: info.language };
      return;
    } else {
      this.cells.reset(true);
      if (info.subshells) {
        await this.open(await onOwnSubshell(kernel), turn);
        return;
      }
      await known;
    }
    if (turn === this.turn) {
      void this.attempt();
    }
  }

  private async open(kernel: KernelConnection, turn: number): Promise<void> {
    try {
      const transport = await openKernel(kernel);
      if (turn !== this.turn) {
        transport.close();
        return;
      }
      await this.client.connect(transport);
    } catch (reason) {
      if (turn === this.turn) {
        this._way.value = { state: 'unloaded', mistake: oneLine(reason) };
      }
      return;
    }
    if (turn === this.turn) {
      // Closed at once: nobody listens.
      const closed = this.client.link.peek().state === 'closed';
      this._way.value = closed ? { state: 'unloaded', mistake: '' } : { state: 'open' };
    }
  }

  private begin(way: Way): number {
    clearTimeout(this.timer);
    this._way.value = way;
    return ++this.turn;
  }
}

function silence(): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(resolve, SILENT_MS, null);
  });
}

function oneLine(reason: unknown): string {
  const text = reason instanceof Error ? reason.message : String(reason);
  return text.replace(/\s+/g, ' ').trim();
}
