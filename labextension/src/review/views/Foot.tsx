/** The lower edge: the answers as buttons, what was done last, and whether it is saved. */
import type { JSX } from 'preact';

import type { Verb } from '../../protocol/messages';
import { entryKeys } from '../entry';
import { agrees, valueInWords } from '../model/draft';
import type { Action } from '../model/keys';
import type { Last } from '../model/last';
import type { Words } from '../model/words';
import { Icon, type IconName } from './icons';
import { Key } from './Key';
import { Saved } from './Saved';
import { useSurface } from './surface';

export function Foot(): JSX.Element {
  const { trans } = useSurface();
  return (
    <footer class="sm-Review-foot">
      <div class="sm-Review-actions" role="toolbar" aria-label={trans.__('Answers')}>
        <AnswerButton verb="accept" label={trans.__('Accept')} />
        <AnswerButton verb="reject" label={trans.__('Reject')} />
        <AnswerButton verb="skip" label={trans.__('Skip')} />
        <AnswerButton verb="flag" label={trans.__('Flag')} />
        <span class="sm-Review-space" />
        <ActionButton action="undo" icon="undo" label={trans.__('Undo')} />
      </div>
      <div class="sm-Review-status">
        <LastDone />
        <span class="sm-Review-space" />
        <Entry />
        <Saved />
      </div>
    </footer>
  );
}

/** How the keyboard comes here, and how it leaves. */
function Entry(): JSX.Element {
  const { trans } = useSurface();
  const keys = entryKeys();
  return (
    <>
      <p class="sm-Review-way sm-is-outside">
        {keys === null
          ? trans.__('Click here to answer by keyboard')
          : trans.__('%1 or a click here: answer by keyboard', keys)}
      </p>
      {keys !== null && (
        <p class="sm-Review-way sm-is-inside">{trans.__('%1: back to the notebook', keys)}</p>
      )}
    </>
  );
}

function AnswerButton({ verb, label }: { verb: Verb; label: string }): JSX.Element {
  const { session } = useSurface();
  const view = session.view.value;
  const item = session.table.item.value;
  const { value } = session.table.draft.value;
  const refusal = view && item ? session.refusalOf(verb, view, item, value) : '';
  return (
    <ActionButton
      action={verb}
      icon={verb}
      label={label}
      off={refusal !== null}
      title={refusal ?? label}
    />
  );
}

interface ActionButtonProps {
  readonly action: Action;
  readonly icon: IconName;
  readonly label: string;
  /** It does nothing now; it stays where the keyboard finds it, and says why. */
  readonly off?: boolean;
  readonly title?: string;
}

function ActionButton({ action, icon, label, off, title }: ActionButtonProps): JSX.Element {
  const { desk, keys } = useSurface();
  return (
    <button
      type="button"
      class={`sm-Review-action sm-does-${action}`}
      aria-disabled={off ?? false}
      aria-keyshortcuts={keys[action].join(' ')}
      title={title ?? label}
      onClick={() => {
        desk.act(action);
      }}
    >
      <Icon name={icon} />
      <span>{label}</span>
      <Key name={keys[action][0]} />
    </button>
  );
}

function LastDone(): JSX.Element | null {
  const { session, trans } = useSurface();
  const last = session.last.value;
  if (!last) {
    return null;
  }
  return (
    <p class="sm-Review-last" dir="auto">
      {lastInWords(last, trans)}
      {last.revealed && <Revealed last={last} />}
    </p>
  );
}

/** What the model had suggested for the blind item that was just answered. */
function Revealed({ last }: { readonly last: Last }): JSX.Element | null {
  const { session, trans } = useSurface();
  const kind = session.view.value?.kind;
  if (!last.revealed || !kind) {
    return null;
  }
  const same = last.did === 'accept' && agrees(kind, last.value, last.revealed.value);
  return (
    <span class={`sm-Review-revealed${same ? ' sm-is-same' : ''}`}>
      <Icon name="model" />
      {same
        ? trans.__('the model had said the same')
        : trans.__('the model had said %1', valueInWords(last.revealed.value, trans))}
    </span>
  );
}

export function lastInWords({ did, value, count }: Last, trans: Words): string {
  switch (did) {
    case 'accept':
      return trans.__('Accepted %1', valueInWords(value, trans));
    case 'reject':
      return trans.__('Rejected');
    case 'skip':
      return trans.__('Skipped');
    case 'flag':
      return trans.__('Flagged');
    case 'undo':
      return trans.__('Undone');
    case 'bulk':
      return trans._n('Answered %1 record', 'Answered %1 records', count);
  }
}
