/** Tells when the kernel lets a request wait, which it does while a cell runs without subshells. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';

import type { Rpc } from '../../protocol/client';

/** A reply that takes longer than this is waited for visibly, in milliseconds. */
const PATIENCE = 1200;

export class Busy {
  private readonly _busy = signal(false);
  readonly busy: ReadonlySignal<boolean> = this._busy;
  private timer: ReturnType<typeof setTimeout> | undefined;
  readonly dispose: () => void;

  constructor(rpc: Rpc) {
    const stop = effect(() => {
      const since = rpc.waitingSince.value;
      clearTimeout(this.timer);
      const left = since === null ? null : PATIENCE - (Date.now() - since);
      this._busy.value = left !== null && left <= 0;
      if (left !== null && left > 0) {
        this.timer = setTimeout(() => {
          this._busy.value = true;
        }, left);
      }
    });
    this.dispose = () => {
      clearTimeout(this.timer);
      stop();
    };
  }
}
