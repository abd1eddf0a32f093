/** Ways to reach the kernel: two comms of a kernel connection, or the messages of a widget. */
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';

import { EVENTS, RPC, type Event, type Reply, type Request } from './messages';

/** A way to reach the kernel. It carries messages in order, or is closed and carries none. */
export interface Transport {
  /** Whether requests are answered while a cell runs; `null` if that is not known here. */
  readonly subshells: boolean | null;
  /** @throws Error if the way is closed. */
  send(request: Request): void;
  /** Call for every message that comes, and once when the way is closed from the other side. */
  listen(listener: TransportListener): void;
  close(): void;
}

export interface TransportListener {
  reply(reply: Reply): void;
  event(event: Event): void;
  closed(): void;
}

/** What is used of a kernel connection. JupyterLab before 4.4 knows no subshells. */
export type KernelConnection = Pick<
  Kernel.IKernelConnection,
  'createComm' | 'info' | 'statusChanged'
> & { readonly supportsSubshells?: boolean };

/** A comm that may have a subshell; the interface does not tell of it. */
type SubshellComm = Kernel.IComm & { readonly subshellStarted?: Promise<void> };

/**
 * Open the comms of the protocol on a kernel in which the extension is loaded.
 *
 * The kernel answers on a subshell, hence while a cell runs, if the first message goes to it:
 * opening waits until the subshell is there. A kernel without subshells answers after the cell.
 */
export async function openKernel(kernel: KernelConnection): Promise<Transport> {
  await kernel.info;
  const subshells = kernel.supportsSubshells ?? false;
  const rpc = await openComm(kernel, RPC, subshells);
  try {
    const events = await openComm(kernel, EVENTS, subshells);
    return new KernelTransport(rpc, events, kernel, subshells);
  } catch (reason) {
    closeComm(rpc);
    throw reason;
  }
}

async function openComm(
  kernel: KernelConnection,
  target: string,
  subshells: boolean,
): Promise<Kernel.IComm> {
  const comm: SubshellComm = kernel.createComm(target);
  if (subshells) {
    await comm.subshellStarted;
  }
  const opened = comm.open();
  if (subshells) {
    // A message that overtakes this one is told of in the notebook: "No such comm".
    await opened.done;
  }
  return comm;
}

function closeComm(comm: Kernel.IComm): void {
  if (!comm.isDisposed) {
    try {
      comm.close();
    } catch {
      // The kernel is gone: there is nobody to tell.
      comm.dispose();
    }
  }
}

class KernelTransport implements Transport {
  private listener: TransportListener | null = null;
  private early: Event[] = [];
  private open = true;

  constructor(
    private readonly rpc: Kernel.IComm,
    private readonly events: Kernel.IComm,
    private readonly kernel: KernelConnection,
    readonly subshells: boolean,
  ) {
    rpc.onMsg = ({ content }) => this.listener?.reply(content.data as unknown as Reply);
    events.onMsg = (message: KernelMessage.ICommMsgMsg) => {
      this.onEvent(message.content.data as unknown as Event);
    };
    rpc.onClose = events.onClose = () => {
      this.end();
    };
    kernel.statusChanged.connect(this.onStatus);
    if (rpc.isDisposed || events.isDisposed) {
      // Nobody listens in the kernel: it closed the first comm while the second was opened.
      this.end();
    }
  }

  send(request: Request): void {
    if (!this.open) {
      throw new Error('the connection is closed');
    }
    this.rpc.send(request as unknown as JSONObject);
  }

  listen(listener: TransportListener): void {
    this.listener = listener;
    this.early.splice(0).forEach((event) => {
      listener.event(event);
    });
    if (!this.open) {
      listener.closed();
    }
  }

  close(): void {
    this.listener = null;
    this.end();
  }

  private onEvent(event: Event): void {
    if (this.listener) {
      this.listener.event(event);
    } else {
      this.early.push(event);
    }
  }

  private readonly onStatus = (_: unknown, status: Kernel.Status): void => {
    if (ENDED.has(status)) {
      this.end();
    }
  };

  private end(): void {
    if (!this.open) {
      return;
    }
    this.open = false;
    this.kernel.statusChanged.disconnect(this.onStatus);
    closeComm(this.rpc);
    closeComm(this.events);
    this.listener?.closed();
  }
}

const ENDED: ReadonlySet<Kernel.Status> = new Set(['restarting', 'autorestarting', 'dead']);

/** What is used of an anywidget's model. */
export interface WidgetModel {
  send(content: unknown): void;
  on(name: 'msg:custom', listener: (content: unknown) => void): void;
  off(name: 'msg:custom', listener: (content: unknown) => void): void;
}

/** Messages of a widget. Jupyter answers them after the cell that runs. */
export class WidgetTransport implements Transport {
  readonly subshells = null;
  private listener: TransportListener | null = null;

  constructor(private readonly model: WidgetModel) {}

  send(request: Request): void {
    this.model.send(request);
  }

  listen(listener: TransportListener): void {
    this.listener = listener;
    this.model.on('msg:custom', this.onMessage);
  }

  close(): void {
    this.listener = null;
    this.model.off('msg:custom', this.onMessage);
  }

  private readonly onMessage = (content: unknown): void => {
    if (isEvent(content)) {
      this.listener?.event(content);
    } else if (isReply(content)) {
      this.listener?.reply(content);
    }
  };
}

function isEvent(content: unknown): content is Event {
  return typeof content === 'object' && content !== null && 'event' in content;
}

function isReply(content: unknown): content is Reply {
  return typeof content === 'object' && content !== null && 'id' in content;
}
