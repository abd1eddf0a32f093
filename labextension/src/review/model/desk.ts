/** What of the surface is open, and what a press of a key does there. */
import { computed, signal } from '@preact/signals';

import { choices, FEW_LABELS, type Choice } from './choices';
import { CodePoints } from './codePoints';
import { asSpans, chooseLabel, labelNames } from './draft';
import type { Action } from './keys';
import { mark, resize, wordBeside } from './marks';
import type { Session } from './session';

export type Drawer = 'help' | 'guidelines' | 'history' | 'bulk' | 'filter';
/** Where the person writes. */
export type Field = 'answer' | 'note' | 'search';

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export class Desk {
  readonly drawer = signal<Drawer | null>(null);
  readonly details = signal(false);
  readonly search = signal('');
  /** The label that marking a stretch of text gives it. */
  readonly penChoice = signal<string | null>(null);
  /** The stretch of text that is selected, in code points. */
  readonly stretch = signal<Stretch | null>(null);
  /** A field that shall have the keyboard; the view takes the wish and clears it. */
  readonly wish = signal<Field | 'surface' | null>(null);

  readonly choices = computed(() => {
    const view = this.session.view.value;
    const { item, draft } = this.session.table;
    return view
      ? choices(view, item.value, draft.value.value, this.search.value)
      : { shown: [], more: 0 };
  });
  /** The text of a record whose stretches are marked. */
  readonly text = computed(
    () => new CodePoints(this.session.table.item.value?.fields[0]?.text ?? ''),
  );
  readonly pen = computed(() => {
    const view = this.session.view.value;
    const names = view ? labelNames(view, this.session.table.item.value) : [];
    const chosen = this.penChoice.value;
    return chosen !== null && names.includes(chosen) ? chosen : (names[0] ?? null);
  });

  constructor(readonly session: Session) {}

  /** Do what a key or a button stands for. Whether anything was done. */
  act(action: Action): boolean {
    const { session } = this;
    switch (action) {
      case 'accept':
      case 'reject':
      case 'skip':
      case 'flag':
        return this.answer(action);
      case 'undo':
        session.undo();
        return true;
      case 'remove':
        return this.removeMark();
      case 'edit':
      case 'note':
      case 'search':
        return this.write(action === 'edit' ? 'answer' : action);
      case 'details':
        this.details.value = !this.details.peek();
        return true;
      case 'help':
      case 'guidelines':
      case 'history':
      case 'bulk':
      case 'filter':
        this.toggle(action);
        return true;
    }
  }

  toggle(drawer: Drawer): void {
    this.drawer.value = this.drawer.peek() === drawer ? null : drawer;
    if (this.drawer.peek() === null) {
      this.wish.value = 'surface';
    }
  }

  /** Close what is open. Whether anything was. */
  close(): boolean {
    const { table } = this.session;
    const drawer = this.drawer.peek();
    if (drawer !== null) {
      this.toggle(drawer);
    } else if (table.chosenMark.peek() !== null || this.stretch.peek() !== null) {
      table.chosenMark.value = null;
      this.stretch.value = null;
    } else if (this.search.peek()) {
      this.search.value = '';
    } else {
      return false;
    }
    return true;
  }

  /** Choose the label that a digit stands for. */
  pressDigit(place: number): boolean {
    const choice = this.choices.peek().shown[place];
    if (choice) {
      this.choose(choice);
    }
    return choice !== undefined;
  }

  /** Choose a label: as the answer, for the chosen mark, or for the selected stretch. */
  choose({ name }: Pick<Choice, 'name'>): void {
    const { table, view } = this.session;
    const kind = view.peek()?.kind;
    if (!kind || !table.item.peek()) {
      return;
    }
    if (kind !== 'spans') {
      table.write(chooseLabel(kind, table.draft.peek().value, name));
      return;
    }
    this.penChoice.value = name;
    const at = table.chosenMark.peek();
    const spans = asSpans(table.draft.peek().value);
    const span = at === null ? undefined : spans[at];
    if (span) {
      table.mark(
        spans.map((its) => (its === span ? { ...span, label: name, score: null } : its)),
        at,
      );
    } else {
      this.markStretch(name);
    }
  }

  /** Mark the selected stretch of text. Whether there was one. */
  markStretch(label = this.pen.peek()): boolean {
    const { table, view } = this.session;
    const stretch = this.stretch.peek();
    if (!stretch || label === null) {
      return false;
    }
    const overlapping = view.peek()?.overlapping ?? false;
    const spans = asSpans(table.draft.peek().value);
    const marked = mark(spans, this.text.peek(), stretch, label, overlapping);
    this.stretch.value = null;
    if (marked) {
      const made = marked.findIndex((span) => !spans.includes(span));
      table.mark(marked, made < 0 ? null : made);
    }
    return marked !== null;
  }

  removeMark(): boolean {
    const { table } = this.session;
    const at = table.chosenMark.peek();
    if (at === null) {
      return false;
    }
    const spans = asSpans(table.draft.peek().value);
    table.mark(
      spans.filter((_, place) => place !== at),
      null,
    );
    return true;
  }

  /** Move the edges of the chosen mark. */
  moveEdges(edges: Stretch): void {
    const { table, view } = this.session;
    const at = table.chosenMark.peek();
    if (at !== null) {
      const spans = asSpans(table.draft.peek().value);
      const overlapping = view.peek()?.overlapping ?? false;
      const moved = resize(spans, this.text.peek(), at, edges, overlapping);
      table.mark(moved.marks, moved.at);
    }
  }

  /**
   * Walk through the text by arrows: select the next word, or with `grow` as far as it; with a
   * chosen mark move its end, or with `other` its beginning.
   */
  walk(step: 1 | -1, held: { readonly grow: boolean; readonly other: boolean }): void {
    const { table } = this.session;
    const chosen = table.chosenMark.peek();
    const span = chosen === null ? undefined : asSpans(table.draft.peek().value)[chosen];
    if (span && (held.grow || held.other)) {
      this.moveEdges(
        held.other
          ? { start: span.start + step, end: span.end }
          : { start: span.start, end: span.end + step },
      );
      return;
    }
    const text = this.text.peek();
    const here = this.stretch.peek() ?? (span ? { start: span.start, end: span.end } : null);
    const from = step > 0 || held.grow ? (here?.end ?? 0) : (here?.start ?? text.length);
    const word = wordBeside(text, from, step);
    table.chosenMark.value = null;
    if (held.grow && here) {
      const end = step > 0 ? (word?.end ?? here.end) : (word?.start ?? here.end);
      this.stretch.value = end > here.start ? { start: here.start, end } : here;
    } else if (word) {
      this.stretch.value = word;
    }
  }

  /** Hand the keyboard to a field. Whether this kind of task has it. */
  private write(field: Field): boolean {
    const view = this.session.view.peek();
    const written = view?.kind === 'text' || view?.kind === 'value';
    if (
      !view ||
      !this.session.table.item.peek() ||
      (field === 'answer' && !written) ||
      (field === 'search' && (written || view.labels.length <= FEW_LABELS))
    ) {
      return false;
    }
    this.wish.value = field;
    return true;
  }

  private answer(verb: 'accept' | 'reject' | 'skip' | 'flag'): boolean {
    if (!this.session.answer(verb)) {
      return false;
    }
    this.search.value = '';
    this.stretch.value = null;
    return true;
  }
}
