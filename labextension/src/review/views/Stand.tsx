/** What stands in the record's place while there is none. */
import type { JSX } from 'preact';

import { Icon, type IconName } from './icons';
import { useSurface } from './surface';

export function Stand(): JSX.Element {
  const { session, busy, desk, trans } = useSurface();
  const stage = session.stage.value;
  const link = session.rpc.link.value;
  if (link.state === 'refused') {
    return <Note icon="reject" title={trans.__('The kernel refuses')} text={link.problem.message} />;
  }
  if (link.state === 'closed') {
    const text = trans.__('The review goes on as soon as the kernel is there again.');
    return <Note icon="history" title={trans.__('Not connected')} text={text} />;
  }
  if (stage.at === 'failed') {
    return (
      <Note icon="reject" title={trans.__('The task cannot be opened')} text={stage.message}>
        <Again />
      </Note>
    );
  }
  const supply = session.supply.state.value;
  if (stage.at !== 'open' || supply === 'loading' || supply === 'flowing') {
    return busy.busy.value ? (
      <Note
        icon="history"
        title={trans.__('The kernel is busy')}
        text={trans.__('It answers after the cell that runs.')}
      />
    ) : (
      <p class="sm-Review-stand sm-is-loading" role="status">
        <span class="sm-Review-spinner" aria-hidden="true" />
        {trans.__('Opening…')}
      </p>
    );
  }
  if (supply === 'held') {
    const held = session.supply.held.value;
    const text = trans._n(
      '%1 record is with another person, and comes here if they leave it.',
      '%1 records are with other people, and come here if they leave them.',
      held,
    );
    return (
      <Note icon="people" title={trans.__('Nothing for you now')} text={text}>
        <Again />
      </Note>
    );
  }
  const filtered = Object.keys(session.options.value.filter ?? {}).length > 0;
  return (
    <Note
      icon="accept"
      title={filtered ? trans.__('None of these records is open') : trans.__('All is answered')}
      text={
        filtered
          ? trans.__('Other records may be: show all of them.')
          : trans.__('New suggestions appear here by themselves.')
      }
    >
      {filtered ? (
        <button
          type="button"
          class="sm-Review-main"
          onClick={() => {
            session.reopen({ filter: {} });
          }}
        >
          {trans.__('Show all')}
        </button>
      ) : (
        <button
          type="button"
          class="sm-Review-plain"
          onClick={() => {
            desk.act('history');
          }}
        >
          {trans.__('History')}
        </button>
      )}
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
  readonly children?: JSX.Element;
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
