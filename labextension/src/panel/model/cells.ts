/** Whether a cell runs. The kernel's own status changes with every message of the panel, too. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { KernelMessage } from '@jupyterlab/services';

export class Cells {
  private readonly _running = signal(false);
  private readonly begun = new Set<string>();
  /** The kernel was busy before anything was seen of the cell that runs. */
  private unseen = false;

  /** Told when a cell of the notebook ended, with its source. */
  onEnd: (source: string) => void = () => undefined;

  private readonly sources = new Map<string, string>();

  get running(): ReadonlySignal<boolean> {
    return this._running;
  }

  /** Begin anew with a kernel that is busy, or is not. */
  reset(busy: boolean): void {
    this.begun.clear();
    this.sources.clear();
    this.unseen = busy;
    this.tell();
  }

  /** Take note of what a kernel published. */
  see(message: KernelMessage.IMessage): void {
    const parent = message.parent_header;
    if (!('msg_type' in parent) || parent.msg_type !== 'execute_request') {
      return;
    }
    const id = parent.msg_id;
    const { msg_type: type } = message.header;
    const content = message.content as { code?: unknown; execution_state?: unknown };
    if (type === 'execute_input') {
      // Only what leaves a trace in the notebook has one: not the panel's own requests.
      this.sources.set(id, typeof content.code === 'string' ? content.code : '');
    } else if (type === 'status' && content.execution_state === 'busy') {
      this.begun.add(id);
      this.unseen = false;
      this.tell();
    } else if (type === 'status' && content.execution_state === 'idle') {
      this.begun.delete(id);
      this.unseen = false;
      this.tell();
      this.end(id);
    }
  }

  private end(id: string): void {
    const source = this.sources.get(id);
    this.sources.delete(id);
    if (source !== undefined) {
      this.onEnd(source);
    }
  }

  private tell(): void {
    this._running.value = this.unseen || this.begun.size > 0;
  }
}
