/** Whether the kernel has what was done: saved, on the way, waiting, or refused. */
import type { JSX } from 'preact';

import { useSurface } from './surface';

export function Saved(): JSX.Element {
  const { session, busy, trans } = useSurface();
  const pending = session.outbox.pending.value;
  const link = session.rpc.link.value.state;
  const [kind, text] =
    link !== 'ready'
      ? (['lost', trans.__('not connected')] as const)
      : busy.busy.value
        ? (['busy', trans.__('the kernel is busy')] as const)
        : (['fine', pending ? '' : trans.__('all saved')] as const);
  const waiting = pending
    ? trans._n('%1 answer not saved yet', '%1 answers not saved yet', pending)
    : '';
  return (
    <p class={`sm-Review-saved sm-is-${kind}${pending ? ' sm-is-pending' : ''}`} role="status">
      <span class="sm-Review-lamp" aria-hidden="true" />
      {[waiting, text].filter(Boolean).join(' · ')}
    </p>
  );
}

/** Answers that the kernel refused, and what to do with them. */
export function Refused(): JSX.Element | null {
  const { session, trans } = useSurface();
  const refused = session.outbox.refused.value;
  if (!refused.length) {
    return null;
  }
  return (
    <ul class="sm-Review-refused" role="alert">
      {refused.map(({ params, problem }) => (
        <li key={params.key}>
          <span dir="auto">{trans.__('Not saved: %1', problem)}</span>
          <button
            type="button"
            onClick={() => {
              session.outbox.retry(params.key);
            }}
          >
            {trans.__('Send again')}
          </button>
          <button
            type="button"
            onClick={() => {
              session.outbox.drop(params.key);
            }}
          >
            {trans.__('Discard')}
          </button>
        </li>
      ))}
    </ul>
  );
}
