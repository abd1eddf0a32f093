/** The record: what a person reads before answering. Text stays text. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import type { FieldView, Item, Kind, TaskView } from '../../protocol/messages';
import { wordsOf } from '../model/choices';
import { asLabels } from '../model/draft';
import { Details, Why } from './Details';
import { MarkedText } from './MarkedText';
import { OldValue } from './NewValue';
import { Others } from './Others';
import { Picture } from './Picture';
import { useSurface } from './surface';

export function Record({ item, view }: { item: Item; view: TaskView }): JSX.Element {
  const { trans } = useSurface();
  const root = useRef<HTMLElement>(null);
  useEffect(() => {
    root.current?.scrollTo({ top: 0 });
  }, [item.record]);
  return (
    <article
      ref={root}
      class="sm-Review-record"
      data-record={item.record}
      aria-label={trans.__('Record')}
      tabIndex={-1}
    >
      <Why item={item} />
      <Details item={item} />
      <Others item={item} />
      {/* The one column of an image says where it came from, as its caption does. */}
      {item.image ? (
        <Picture image={item.image} suggestion={item.suggestion} />
      ) : (
        item.fields.map((field, at) => (
          <Field
            key={field.column}
            field={field}
            kind={at === 0 ? view.kind : 'text'}
            titled={item.fields.length > 1 || view.kind === 'value'}
          />
        ))
      )}
    </article>
  );
}

interface FieldProps {
  readonly field: FieldView;
  readonly kind: Kind;
  readonly titled: boolean;
}

function Field({ field, kind, titled }: FieldProps): JSX.Element {
  const { session } = useSurface();
  const { item, draft } = session.table;
  const told = Object.keys(wordsOf(item.value)).length > 0;
  const named = told && asLabels(draft.value.value).includes(field.column);
  return (
    <section class={`sm-Review-field sm-is-${kind}${named ? ' sm-is-named' : ''}`}>
      {titled && <h3 dir="auto">{field.column}</h3>}
      {kind === 'spans' ? (
        <MarkedText />
      ) : kind === 'value' ? (
        <OldValue text={field.text} />
      ) : (
        <Text text={field.text} />
      )}
      <Cut field={field} />
    </section>
  );
}

/** Long texts are laid out in part: a page stands still while it breaks a megabyte into lines. */
const MOST_SHOWN = 20_000;

function Text({ text }: { readonly text: string }): JSX.Element {
  const { trans } = useSurface();
  const [whole, setWhole] = useState(false);
  useEffect(() => {
    setWhole(false);
  }, [text]);
  if (!text) {
    return <p class="sm-Review-hint">{trans.__('empty')}</p>;
  }
  const hidden = whole ? 0 : text.length - MOST_SHOWN;
  return (
    <>
      <p class="sm-Review-text" dir="auto">
        {hidden > 0 ? text.slice(0, MOST_SHOWN) : text}
      </p>
      {hidden > 0 && (
        <button
          type="button"
          class="sm-Review-link"
          onClick={() => {
            setWhole(true);
          }}
        >
          {trans._n('Show %1 more character', 'Show %1 more characters', hidden)}
        </button>
      )}
    </>
  );
}

/** What the kernel left out. */
function Cut({ field }: { readonly field: FieldView }): JSX.Element | null {
  const { session, trans } = useSurface();
  if (!field.cut) {
    return null;
  }
  return (
    <button type="button" class="sm-Review-link" onClick={() => void session.whole()}>
      {trans._n('Fetch %1 more character', 'Fetch %1 more characters', field.cut)}
    </button>
  );
}
