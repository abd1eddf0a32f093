/** Puts the review surface into a page, whoever hosts it. */
import { render } from 'preact';

import type { Events, Rpc } from '../protocol/client';
import { Busy } from './model/busy';
import { Desk } from './model/desk';
import { withKeys } from './model/keys';
import { Session, type OpenOptions } from './model/session';
import { ENGLISH, type Words } from './model/words';
import { followTheme } from './theme';
import { Review } from './views/Review';
import { SurfaceContext, type Surface } from './views/surface';

export interface ReviewOptions {
  /** Asks the kernel. It may connect later, end, and connect again. */
  readonly rpc: Rpc;
  /** What the kernel tells by itself. */
  readonly events: Events;
  /** The task to review; without one the surface is empty until it is shown one. */
  readonly task?: string;
  /** How to open it: order, filter, model, overlap, role. */
  readonly open?: OpenOptions;
  readonly trans?: Words;
  /** Keys that differ from the defaults: action to keys, such as `{ accept: ['a', 'enter'] }`. */
  readonly keys?: Partial<Record<string, readonly string[]>>;
}

export interface MountedReview {
  /** Show a task. */
  show(task: string, open?: OpenOptions): void;
  /** Use other keys from now on. */
  setKeys(keys: Partial<Record<string, readonly string[]>>): void;
  /** Give the surface the keyboard. */
  focus(): void;
  dispose(): void;
}

/** Mount the surface. It fills the element, whose height the host decides. */
export function mountReview(el: HTMLElement, options: ReviewOptions): MountedReview {
  const { rpc, events, trans = ENGLISH } = options;
  const busy = new Busy(rpc);
  const unfollow = followTheme(el);
  let keys = withKeys(options.keys ?? {});
  let session: Session | null = null;
  let surface: Surface | null = null;
  el.classList.add('sm-ReviewHost');

  const draw = (): void => {
    render(
      surface && (
        <SurfaceContext.Provider value={surface}>
          <Review key={surface.session.task} />
        </SurfaceContext.Provider>
      ),
      el,
    );
  };
  const show = (task: string, open: OpenOptions = {}): void => {
    session?.dispose();
    session = new Session(rpc, events, task, open, trans);
    surface = { session, desk: new Desk(session), busy, keys, trans };
    draw();
  };
  if (options.task !== undefined) {
    show(options.task, options.open);
  }
  return {
    show,
    setKeys(set) {
      keys = withKeys(set);
      surface = surface && { ...surface, keys };
      draw();
    },
    focus() {
      el.querySelector<HTMLElement>('.sm-Review')?.focus({ preventScroll: true });
    },
    dispose() {
      session?.dispose();
      busy.dispose();
      unfollow();
      render(null, el);
      el.classList.remove('sm-ReviewHost');
    },
  };
}
