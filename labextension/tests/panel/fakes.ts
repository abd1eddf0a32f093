/** A kernel, its notebook and its comms, made of nothing but what the panel uses of them. */
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import {
  EVENTS,
  RPC,
  type Event,
  type Methods,
  type Reply,
  type Request,
} from '../../src/protocol/messages';
import type { Session } from '../../src/panel/model/connector';

type Answers = {
  [M in keyof Methods]?: (params: Methods[M]['params']) => Methods[M]['result'];
};

export const WELCOME: Methods['hello']['result'] = {
  protocol: 1,
  package: '0.2.0',
  store: 'labels.sqlite',
  annotator: 'ada',
  subshells: true,
};

/** Lets everything that waits for nothing but its turn go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) {
    await Promise.resolve();
  }
}

class FakeComm {
  onMsg: (message: unknown) => void = () => undefined;
  onClose: (message: unknown) => void = () => undefined;
  isDisposed = false;
  readonly subshellStarted = Promise.resolve();
  readonly commId = String(Math.random());

  constructor(
    private readonly kernel: FakeKernel,
    readonly targetName: string,
  ) {}

  open(): { done: Promise<void> } {
    return this.accept();
  }

  send(data: unknown): void {
    this.answer(data as Request);
  }

  accept(): { done: Promise<void> } {
    this.kernel.opened.push(this);
    if (!this.kernel.loaded) {
      queueMicrotask(() => {
        this.onClose({});
        this.dispose();
      });
    }
    return { done: Promise.resolve() };
  }

  answer(request: Request): void {
    this.kernel.asked.push(request);
    const answer = this.kernel.answers[request.method as keyof Methods] as
      ((params: unknown) => unknown) | undefined;
    if (this.kernel.loaded && answer) {
      queueMicrotask(() => {
        const reply = { id: request.id, result: answer(request.params), problem: null };
        this.onMsg({ content: { data: reply as Reply } });
      });
    }
  }

  close(): void {
    this.dispose();
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

export class FakeKernel {
  status: Kernel.Status = 'idle';
  supportsSubshells = true;
  language = 'python';
  installed = true;
  loaded = true;
  /** What loading the extension ends in; empty if it works. */
  mistake = '';
  answers: Answers = {
    hello: () => WELCOME,
    tasks: () => ({ tasks: [], running: [] }),
  };
  readonly asked: Request[] = [];
  readonly executed: string[] = [];
  readonly opened: FakeComm[] = [];
  readonly statusChanged = new Signal<this, Kernel.Status>(this);

  /** The page was loaded while a cell ran: who it is the kernel says after the cell. */
  silent = false;
  private endOfCell: () => void = () => undefined;
  private readonly cellEnded = new Promise<void>((resolve) => {
    this.endOfCell = resolve;
  });
  /** Subshells that somebody asked for by the control channel. */
  readonly subshells: string[] = [];
  /** Messages to them. */
  readonly sent: string[] = [];
  readonly clientId = 'client';
  readonly username = 'ada';

  get info(): Promise<{ language_info: { name: string } }> {
    const info = { language_info: { name: this.language } };
    return this.silent ? this.cellEnded.then(() => info) : Promise.resolve(info);
  }

  endCell(): void {
    this.silent = false;
    this.status = 'idle';
    this.endOfCell();
  }

  sendControlMessage(message: KernelMessage.IControlMessage): { done: Promise<unknown> } {
    if ((message.header.msg_type as string) === 'kernel_info_request') {
      const supported_features = this.supportsSubshells ? ['kernel subshells'] : [];
      const content = { language_info: { name: this.language }, supported_features };
      return { done: Promise.resolve({ content }) };
    }
    this.subshells.push('subshell');
    return { done: Promise.resolve({ content: { subshell_id: 'subshell' } }) };
  }

  sendShellMessage(message: KernelMessage.IShellMessage): { done: Promise<void> } {
    const { header, content } = message;
    const { subshell_id } = header as { subshell_id?: string };
    const { comm_id, data } = content as { comm_id: string; data: unknown };
    this.sent.push(`${header.msg_type} ${String(subshell_id)}`);
    const comm = this.made.find((each) => each.commId === comm_id);
    if (header.msg_type === 'comm_open') {
      comm?.accept();
    } else {
      comm?.answer(data as Request);
    }
    return { done: Promise.resolve() };
  }

  private readonly made: FakeComm[] = [];

  createComm(target: string): FakeComm {
    const comm = new FakeComm(this, target);
    this.made.push(comm);
    return comm;
  }

  requestExecute(content: { code: string }): { done: Promise<unknown> } {
    this.executed.push(content.code);
    if (content.code.startsWith('%load_ext')) {
      this.loaded = !this.mistake;
      const failed = { status: 'error', ename: 'ImportError', evalue: this.mistake };
      return { done: Promise.resolve({ content: this.mistake ? failed : { status: 'ok' } }) };
    }
    const said = (truth: boolean) => ({ data: { 'text/plain': truth ? 'True' : 'False' } });
    const user_expressions = { loaded: said(this.loaded), installed: said(this.installed) };
    return { done: Promise.resolve({ content: { status: 'ok', user_expressions } }) };
  }

  /** The kernel tells something by itself. */
  tell(event: Event): void {
    this.comm(EVENTS)?.onMsg({ content: { data: event } });
  }

  /** The kernel closes the comms, as when the extension is unloaded. */
  close(): void {
    this.comm(RPC)?.onClose({});
  }

  private comm(target: string): FakeComm | undefined {
    return this.opened.filter((comm) => comm.targetName === target && !comm.isDisposed).at(-1);
  }
}

export class FakeSession {
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, Kernel.Status>(this);
  readonly iopubMessage = new Signal<this, KernelMessage.IMessage>(this);
  session: { kernel: FakeKernel | null } | null;

  constructor(kernel: FakeKernel | null) {
    this.session = kernel && { kernel };
  }

  /** As a connector takes it. */
  get asSession(): Session {
    return this as unknown as Session;
  }

  turnTo(status: Kernel.Status): void {
    const kernel = this.session?.kernel;
    if (kernel) {
      kernel.status = status;
      kernel.statusChanged.emit(status);
    }
    this.statusChanged.emit(status);
  }

  change(kernel: FakeKernel | null): void {
    this.session = kernel && { kernel };
    this.kernelChanged.emit(undefined);
  }

  /** A cell begins, or ends. */
  cell(state: 'busy' | 'idle', code: string, id = 'cell'): void {
    const publish = (type: string, content: object) => {
      this.iopubMessage.emit({
        header: { msg_type: type },
        parent_header: { msg_type: 'execute_request', msg_id: id },
        content,
      } as unknown as KernelMessage.IMessage);
    };
    publish('status', { execution_state: state });
    if (state === 'busy') {
      publish('execute_input', { code });
    }
  }
}
