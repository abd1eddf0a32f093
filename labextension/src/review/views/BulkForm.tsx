/** Saying the same of many records, after seeing how many and some of them. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';

import type { Item, Verb } from '../../protocol/messages';
import { Bulk } from '../model/bulk';
import { valueInWords } from '../model/draft';
import { FilterForm } from './FilterForm';
import { LabelPicker } from './LabelPicker';
import { useSurface } from './surface';

/** What can be said of many: keep what is suggested, or one thing for all. */
type Say = 'accept' | 'label' | 'reject' | 'skip' | 'flag';

export function BulkForm(): JSX.Element {
  const { session, desk, trans } = useSurface();
  const bulk = useMemo(() => new Bulk(session), [session]);
  useEffect(
    () => () => {
      bulk.dispose();
    },
    [bulk],
  );
  const [say, setSay] = useState<Say>('accept');
  const labels = session.view.value?.labels.map(({ name }) => name) ?? [];
  const [label, setLabel] = useState(labels[0] ?? '');
  const [note, setNote] = useState('');
  const count = bulk.found.value?.count ?? 0;
  const submit = (): void => {
    const unknown = say === 'label' && !labels.includes(label);
    if (unknown) {
      session.say(trans.__('Choose a label first.'));
      return;
    }
    const several = session.view.peek()?.kind === 'labels';
    const value = say === 'label' ? (several ? [label] : label) : null;
    const verb: Verb = say === 'label' ? 'accept' : say;
    session.answerMany({ filter: bulk.filter.peek(), verb, value, note });
    desk.toggle('bulk');
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (count) {
          submit();
        }
      }}
    >
      <h4>{trans.__('Records that nobody answered')}</h4>
      <FilterForm
        onlyOpen
        filter={bulk.filter.value}
        change={(filter) => {
          bulk.filter.value = filter;
        }}
      />
      <Found bulk={bulk} />
      <h4>{trans.__('What to say of them')}</h4>
      <SayFields {...{ say, setSay, label, setLabel }} />
      <NoteField note={note} setNote={setNote} />
      <div class="sm-Review-formEnd">
        <button type="submit" class="sm-Review-main" aria-disabled={!count}>
          {trans._n('Answer %1 record', 'Answer %1 records', count)}
        </button>
        <span class="sm-Review-hint">{trans.__('One undo takes all of them back.')}</span>
      </div>
    </form>
  );
}

interface NoteFieldProps {
  readonly note: string;
  readonly setNote: (note: string) => void;
}

function NoteField({ note, setNote }: NoteFieldProps): JSX.Element {
  const { trans } = useSurface();
  return (
    <label class="sm-Review-wide">
      {trans.__('Note')}
      <input
        type="text"
        dir="auto"
        value={note}
        onInput={({ currentTarget }) => {
          setNote(currentTarget.value);
        }}
      />
    </label>
  );
}

function Found({ bulk }: { readonly bulk: Bulk }): JSX.Element {
  const { trans } = useSurface();
  const found = bulk.found.value;
  return (
    <div class="sm-Review-found" role="status">
      {bulk.problem.value ? (
        <p class="sm-Review-problem">{bulk.problem.value}</p>
      ) : (
        <p>{found ? trans._n('%1 record', '%1 records', found.count) : trans.__('Counting…')}</p>
      )}
      <ul>
        {found?.items.slice(0, 3).map((item) => (
          <li key={item.record} dir="auto">
            <span>{excerpt(item)}</span>
            {item.suggestion && <b>{valueInWords(item.suggestion.value, trans)}</b>}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface SayFieldsProps {
  readonly say: Say;
  readonly setSay: (say: Say) => void;
  readonly label: string;
  readonly setLabel: (label: string) => void;
}

function SayFields({ say, setSay, label, setLabel }: SayFieldsProps): JSX.Element {
  const { session, trans } = useSurface();
  const kind = session.view.value?.kind;
  const some = (session.view.value?.labels.length ?? 0) > 0;
  const relabels = some && (kind === 'label' || kind === 'labels');
  const options: (readonly [Say, string])[] = [
    ['accept', trans.__('Accept what is suggested')],
    ...(relabels ? ([['label', trans.__('Give the label')]] as const) : []),
    ['reject', trans.__('Reject what is suggested')],
    ['skip', trans.__('Skip')],
    ['flag', trans.__('Flag for a second look')],
  ];
  return (
    <div class="sm-Review-say" role="radiogroup" aria-label={trans.__('What to say of them')}>
      {options.map(([name, text]) => (
        <label key={name}>
          <input
            type="radio"
            name="say"
            checked={say === name}
            onChange={() => {
              setSay(name);
            }}
          />
          {text}
          {name === 'label' && (
            <LabelPicker
              name={trans.__('Label')}
              value={label}
              change={(chosen) => {
                setLabel(chosen ?? '');
                setSay('label');
              }}
            />
          )}
        </label>
      ))}
    </div>
  );
}

function excerpt(item: Item): string {
  return (
    item.fields.map(({ text }) => text.slice(0, 200)).join(' · ') || (item.image?.source ?? '')
  );
}
