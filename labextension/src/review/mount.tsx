/** Puts the review surface into a page, whoever hosts it. */
import type { Open } from '../protocol/messages';
import type { Events, Rpc } from '../protocol/client';
import type { Words } from './model/words';

export interface ReviewOptions {
  /** Asks the kernel. It may connect later, end, and connect again. */
  readonly rpc: Rpc;
  /** What the kernel tells by itself. */
  readonly events: Events;
  /** The task to review; without one the surface lists the tasks. */
  readonly task?: string;
  /** How to open it: order, filter, model, overlap, role. */
  readonly open?: Omit<Open, 'task'>;
  readonly trans?: Words;
  /** Keys that differ from the defaults: action to keys, such as `{ accept: ['a', 'enter'] }`. */
  readonly keys?: Partial<Record<string, readonly string[]>>;
}

export interface MountedReview {
  /** Show a task. */
  show(task: string, open?: Omit<Open, 'task'>): void;
  /** Give the surface the keyboard. */
  focus(): void;
  dispose(): void;
}

export function mountReview(el: HTMLElement, options: ReviewOptions): MountedReview {
  void el;
  void options;
  throw new Error('not there yet');
}
