/** What stands in the record's place while there is none. */
import type { ComponentChildren, JSX } from 'preact';

import { Icon, type IconName } from './icons';
import { useSurface } from './surface';

export function Stand(): JSX.Element {
  const { session, busy, trans } = useSurface();
  const stage = session.stage.value;
  const link = session.rpc.link.value;
  const supply = session.supply.state.value;
  if (link.state === 'refused') {
    const title = trans.__('The kernel refuses');
    return <Note icon="reject" title={title} text={link.problem.message} />;
  }
  if (link.state === 'closed') {
    const text = trans.__('The review goes on as soon as the kernel is there again.');
    return <Note icon="history" title={trans.__('Not connected')} text={text} />;
  }
  if (stage.at === 'failed') {
    const title = trans.__('The task cannot be opened');
    return (
      <Note icon="reject" title={title} text={stage.message}>
        <Again />
      </Note>
    );
  }
  if (stage.at === 'open' && supply === 'held') {
    return <Held />;
  }
  if (stage.at === 'open' && supply === 'dry') {
    return <Dry />;
  }
  if (busy.busy.value) {
    const text = trans.__('It answers after the cell that runs.');
    return <Note icon="history" title={trans.__('The kernel is busy')} text={text} />;
  }
  return (
    <p class="sm-Review-stand sm-is-loading" role="status">
      <span class="sm-Review-spinner" aria-hidden="true" />
      {trans.__('Opening…')}
    </p>
  );
}

/** What is left is with other people. */
function Held(): JSX.Element {
  const { session, trans } = useSurface();
  const text = trans._n(
    '%1 record is with another person, and comes here if they leave it.',
    '%1 records are with other people, and come here if they leave them.',
    session.supply.held.value,
  );
  return (
    <Note icon="people" title={trans.__('Nothing for you now')} text={text}>
      <Again />
    </Note>
  );
}

/** Nothing is left. */
function Dry(): JSX.Element {
  const { session, desk, trans } = useSurface();
  if (Object.keys(session.options.value.filter ?? {}).length) {
    const title = trans.__('None of these records is open');
    return (
      <Note icon="filter" title={title} text={trans.__('Other records may be: show all of them.')}>
        <button
          type="button"
          class="sm-Review-main"
          onClick={() => {
            session.reopen({ filter: {} });
          }}
        >
          {trans.__('Show all')}
        </button>
      </Note>
    );
  }
  const text = trans.__('New suggestions appear here by themselves.');
  return (
    <Note icon="accept" title={trans.__('All is answered')} text={text}>
      <button
        type="button"
        class="sm-Review-plain"
        onClick={() => {
          desk.act('history');
        }}
      >
        {trans.__('History')}
      </button>
    </Note>
  );
}

function Again(): JSX.Element {
  const { session, trans } = useSurface();
  return (
    <button type="button" class="sm-Review-main" onClick={() => void session.startOver()}>
      {trans.__('Try again')}
    </button>
  );
}

interface NoteProps {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
  readonly children?: ComponentChildren;
}

function Note({ icon, title, text, children }: NoteProps): JSX.Element {
  return (
    <div class="sm-Review-stand" role="status">
      <Icon name={icon} />
      <h3>{title}</h3>
      <p dir="auto">{text}</p>
      {children}
    </div>
  );
}
