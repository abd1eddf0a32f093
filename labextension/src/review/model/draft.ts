/** The answer that a person is about to give, and what may be sent of it. */
import type {
  Item,
  Kind,
  ResponseView,
  SpanView,
  TaskView,
  ValueView,
} from '../../protocol/messages';
import { sameMarks } from './marks';
import type { Words } from './words';

export interface Draft {
  readonly value: ValueView;
  readonly note: string;
}

/** What stands there at first: what the person said before, else what the model suggests. */
export function beginDraft(kind: Kind, item: Item): Draft {
  const said = item.mine && hasValue(item.mine) ? item.mine.value : null;
  const value = said ?? item.suggestion?.value ?? null;
  return { value: value ?? emptyValue(kind), note: item.mine?.note ?? '' };
}

/** The draft after a label is chosen, which means another thing for every kind of task. */
export function chooseLabel(kind: Kind, value: ValueView, label: string): ValueView {
  if (kind === 'labels') {
    const chosen = asLabels(value);
    return chosen.includes(label) ? chosen.filter((its) => its !== label) : [...chosen, label];
  }
  return label;
}

/** Why a draft cannot be accepted, in words; `null` if it can. */
export function refusal(kind: Kind, value: ValueView, trans: Words): string | null {
  switch (kind) {
    case 'label':
      return value === null ? trans.__('Choose a label first.') : null;
    case 'text':
    case 'value':
      return typeof value === 'string' && (kind === 'value' || value.trim())
        ? null
        : trans.__('Write an answer first.');
    case 'labels':
    case 'spans':
      return null;
  }
}

/** Whether a draft says what the model suggests. */
export function agrees(kind: Kind, draft: ValueView, suggested: ValueView): boolean {
  if (draft === null || suggested === null) {
    return draft === suggested;
  }
  switch (kind) {
    case 'labels': {
      const [one, other] = [asLabels(draft), asLabels(suggested)];
      return one.length === other.length && one.every((label) => other.includes(label));
    }
    case 'spans':
      return sameMarks(asSpans(draft), asSpans(suggested));
    case 'label':
    case 'text':
    case 'value':
      return draft === suggested;
  }
}

export function asLabels(value: ValueView): string[] {
  return Array.isArray(value) ? value.filter((its) => typeof its === 'string') : [];
}

export function asSpans(value: ValueView): SpanView[] {
  return Array.isArray(value) ? value.filter((its) => typeof its !== 'string') : [];
}

/** A value in a few words, for lists and for screen readers. */
export function valueInWords(value: ValueView, trans: Words): string {
  if (value === null) {
    return trans.__('no value');
  }
  if (typeof value === 'string') {
    return value || trans.__('empty');
  }
  const names = value.map((its) => (typeof its === 'string' ? its : `${its.label} “${its.text}”`));
  return names.join(', ') || trans.__('none');
}

/** The labels of a task, with those that only this record knows of after them. */
export function labelNames(task: TaskView, item: Item | null): string[] {
  const names = task.labels.map(({ name }) => name);
  if (names.length || !item?.suggestion) {
    return names;
  }
  // A task without a scheme has the labels that its model brings.
  const { value, alternatives } = item.suggestion;
  const spans = asSpans(value).map(({ label }) => label);
  const alone = task.kind === 'label' || task.kind === 'value';
  const single = typeof value === 'string' && alone ? [value] : [];
  const known = [
    ...alternatives.map(({ label }) => label),
    ...asLabels(value),
    ...spans,
    ...single,
  ];
  return [...new Set(known)];
}

function emptyValue(kind: Kind): ValueView {
  return kind === 'labels' || kind === 'spans' ? [] : null;
}

function hasValue({ decision }: ResponseView): boolean {
  return decision === 'accepted' || decision === 'corrected';
}
