/** What was answered, newest first: to be looked at again, or taken back. */
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';

import type { HistoryEntry } from '../../protocol/messages';
import { valueInWords } from '../model/draft';
import { History } from '../model/history';
import { Icon } from './icons';
import { decisionName } from './names';
import { useSurface } from './surface';

export function HistoryList(): JSX.Element {
  const { session, trans } = useSurface();
  const history = useMemo(() => new History(session), [session]);
  useEffect(() => {
    void history.restart();
  }, [history]);
  const state = history.state.value;
  const entries = history.entries.value;
  return (
    <>
      {history.problem.value && (
        <p class="sm-Review-problem" role="alert">
          {history.problem.value}
        </p>
      )}
      {state === 'end' && !entries.length && (
        <p class="sm-Review-hint">{trans.__('You have answered nothing in this task yet.')}</p>
      )}
      <ol class="sm-Review-history">
        {entries.map((entry) => (
          <Entry key={entry.response.id} entry={entry} history={history} />
        ))}
      </ol>
      {state !== 'end' && (
        <button
          type="button"
          class="sm-Review-plain"
          aria-disabled={state === 'loading'}
          onClick={() => void history.more()}
        >
          {state === 'loading' ? trans.__('Reading…') : trans.__('Show older')}
        </button>
      )}
    </>
  );
}

function Entry({ entry, history }: { entry: HistoryEntry; history: History }): JSX.Element {
  const { desk, trans } = useSurface();
  const { response, excerpt } = entry;
  const look = async (): Promise<void> => {
    await history.look(entry);
    desk.toggle('history');
  };
  const done = response.undone || response.decision === 'undone';
  return (
    <li class={done ? 'sm-is-undone' : ''}>
      <button type="button" class="sm-Review-entry" onClick={() => void look()}>
        <span class="sm-Review-entryHead">
          <span class={`sm-Review-decision sm-is-${response.decision}`}>
            {response.undone ? trans.__('Undone') : decisionName(response.decision, trans)}
          </span>
          {response.value !== null && (
            <bdi class="sm-Review-entryValue">{valueInWords(response.value, trans)}</bdi>
          )}
          <time dateTime={new Date(response.created).toISOString()}>{when(response.created)}</time>
        </span>
        <span class="sm-Review-excerpt" dir="auto">
          {excerpt}
        </span>
        {response.note && <q dir="auto">{response.note}</q>}
      </button>
      {!done && (
        <button
          type="button"
          class="sm-Review-tool"
          aria-label={trans.__('Take back: %1', valueInWords(response.value, trans))}
          title={trans.__('Take back')}
          onClick={() => {
            history.undo(entry);
          }}
        >
          <Icon name="undo" />
        </button>
      )}
    </li>
  );
}

function when(created: number): string {
  const date = new Date(created);
  return date.toDateString() === new Date().toDateString()
    ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString();
}
