/** What stands between the panel and the kernel, and what to do about it. */
import type { ComponentChildren, VNode } from 'preact';

import type { Link } from '../../protocol/client';
import type { Way } from '../model/connector';
import { useWriting, type Writing } from './writing';

export interface NoticeProps {
  readonly way: Way;
  readonly link: Link;
  readonly busy: boolean;
  readonly onLoad: () => void;
  readonly onRetry: () => void;
}

interface Notice {
  readonly text: string;
  readonly detail?: ComponentChildren;
  readonly mistake?: string;
  readonly action?: readonly [label: string, act: () => void];
}

/** Whether the kernel can be asked. */
export function isReady(way: Way, link: Link): boolean {
  return way.state === 'open' && link.state === 'ready';
}

export function NoticeView(props: NoticeProps): VNode | null {
  const notice = noticeOf(props, useWriting());
  if (!notice) {
    return null;
  }
  const { text, detail, mistake, action } = notice;
  return (
    <div class="sm-Panel-notice" role="status">
      <p>{text}</p>
      {detail && <p class="sm-Panel-soft">{detail}</p>}
      {mistake && <p class="sm-Panel-mistake">{mistake}</p>}
      {action && (
        <button
          type="button"
          class="sm-Panel-button sm-mod-main"
          onClick={() => {
            action[1]();
          }}
        >
          {action[0]}
        </button>
      )}
    </div>
  );
}

function noticeOf(
  { way, link, busy, onLoad, onRetry }: NoticeProps,
  { trans }: Writing,
): Notice | null {
  switch (way.state) {
    case 'none':
      return {
        text: trans.__('This notebook has no kernel.'),
        detail: trans.__('Choose one in the notebook, and its tasks are listed here.'),
      };
    case 'starting':
      return { text: trans.__('The kernel is starting…') };
    case 'dead':
      return { text: trans.__('The kernel has died. Restart it to go on.') };
    case 'foreign':
      return {
        text: trans.__('sciml_magics needs a Python kernel; this one speaks %1.', way.language),
      };
    case 'missing':
      return {
        text: trans.__('sciml_magics is not installed where this kernel runs.'),
        detail: <code class="sm-Panel-code">%pip install sciml-magics</code>,
        action: [trans.__('Look again'), onRetry],
      };
    case 'unloaded':
      return {
        text: trans.__('sciml_magics is not loaded in this kernel.'),
        detail: <code class="sm-Panel-code">%load_ext sciml_magics</code>,
        mistake: way.mistake,
        action: [trans.__('Load it'), onLoad],
      };
    case 'loading':
    case 'asking':
      return busy
        ? { text: trans.__('The kernel is busy, and answers after the cell that runs.') }
        : { text: trans.__('Connecting to the kernel…') };
    case 'open':
      return linkNotice(link, trans, onRetry);
  }
}

function linkNotice(link: Link, trans: Writing['trans'], onRetry: () => void): Notice | null {
  switch (link.state) {
    case 'ready':
      return null;
    case 'refused':
      return {
        text: trans.__('The kernel cannot serve this panel.'),
        mistake: link.problem.message,
        action: [trans.__('Try again'), onRetry],
      };
    case 'opening':
    case 'closed':
      return { text: trans.__('Connecting to the kernel…') };
  }
}
