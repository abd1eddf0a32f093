/** Marked stretches of a text: how they lie over it, and how a person changes them. */
import type { SpanView } from '../../protocol/messages';
import type { CodePoints } from './codePoints';

/** A piece of the text over which the same marks lie. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** Places of the marks, from the longest to the shortest. */
  readonly marks: readonly number[];
}

/** Cut a text at the edges of its marks. Together the pieces are the text. */
export function pieces(length: number, marks: readonly SpanView[]): Piece[] {
  const edges = new Set([0, length]);
  for (const { start, end } of marks) {
    edges.add(Math.min(start, length));
    edges.add(Math.min(end, length));
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const opening = marks.map((_, at) => at).sort((a, b) => compare(marks[a], marks[b]));
  const found: Piece[] = [];
  let open: number[] = [];
  let next = 0;
  for (const [at, start] of sorted.slice(0, -1).entries()) {
    open = open.filter((mark) => (marks[mark]?.end ?? 0) > start);
    for (let mark = opening[next]; mark !== undefined; mark = opening[next]) {
      if ((marks[mark]?.start ?? Infinity) > start) {
        break;
      }
      open.push(mark);
      next += 1;
    }
    const longestFirst = [...open].sort((a, b) => size(marks[b]) - size(marks[a]));
    found.push({ start, end: sorted[at + 1] ?? length, marks: longestFirst });
  }
  return found;
}

/** For every mark a level, so that marks which share text lie on different ones. */
export function levels(marks: readonly SpanView[]): number[] {
  const order = [...marks.entries()].sort(([, one], [, other]) => compare(one, other));
  const ends: number[] = [];
  const found = new Array<number>(marks.length).fill(0);
  for (const [at, { start, end }] of order) {
    const free = ends.findIndex((until) => until <= start);
    const level = free < 0 ? ends.length : free;
    ends[level] = end;
    found[at] = level;
  }
  return found;
}

/** The marks in the order of the text. */
export function inOrder(marks: readonly SpanView[]): SpanView[] {
  return [...marks].sort(compare);
}

/**
 * Mark a stretch. White space at its edges is left out. Where marks may not overlap, those that
 * the new one touches make way. Returns `null` where nothing is left to mark.
 */
export function mark(
  marks: readonly SpanView[],
  text: CodePoints,
  stretch: { readonly start: number; readonly end: number },
  label: string,
  overlapping: boolean,
): SpanView[] | null {
  const { start, end } = trimmed(text, stretch);
  if (start >= end) {
    return null;
  }
  const made: SpanView = { start, end, label, text: text.slice(start, end) };
  const others = marks.filter((other) =>
    overlapping ? !same(other, made) : !overlap(other, made),
  );
  return inOrder([...others, made]);
}

/** Move the edges of a mark. It keeps at least one character, and makes others give way. */
export function resize(
  marks: readonly SpanView[],
  text: CodePoints,
  at: number,
  edges: { readonly start: number; readonly end: number },
  overlapping: boolean,
): { readonly marks: SpanView[]; readonly at: number } {
  const old = marks[at];
  if (!old) {
    return { marks: [...marks], at };
  }
  const start = Math.max(0, Math.min(edges.start, old.end - 1, text.length - 1));
  const end = Math.min(text.length, Math.max(edges.end, old.start + 1));
  const moved: SpanView = { start, end, label: old.label, text: text.slice(start, end) };
  const others = marks.filter(
    (other, place) => place !== at && (overlapping ? !same(other, moved) : !overlap(other, moved)),
  );
  const sorted = inOrder([...others, moved]);
  return { marks: sorted, at: sorted.indexOf(moved) };
}

/** Whether two answers mark the same. Their order and scores do not matter. */
export function sameMarks(one: readonly SpanView[], other: readonly SpanView[]): boolean {
  return one.length === other.length && one.every((span) => other.some((its) => same(span, its)));
}

/** The word that begins after a place, or that ends before it. */
export function wordBeside(
  text: CodePoints,
  place: number,
  step: 1 | -1,
): { readonly start: number; readonly end: number } | null {
  const letter = (at: number): boolean => isLetter(text.slice(at, at + 1));
  let at = step > 0 ? place : place - 1;
  while (at >= 0 && at < text.length && !letter(at)) {
    at += step;
  }
  if (at < 0 || at >= text.length) {
    return null;
  }
  let far = at;
  while (far + step >= 0 && far + step < text.length && letter(far + step)) {
    far += step;
  }
  return step > 0 ? { start: at, end: far + 1 } : { start: far, end: at + 1 };
}

function isLetter(character: string): boolean {
  return /[\p{L}\p{N}\p{M}_\p{Emoji_Presentation}]/u.test(character);
}

function trimmed(
  text: CodePoints,
  stretch: { readonly start: number; readonly end: number },
): { start: number; end: number } {
  let start = Math.max(0, stretch.start);
  let end = Math.min(text.length, stretch.end);
  while (start < end && /\s/.test(text.slice(start, start + 1))) {
    start += 1;
  }
  while (start < end && /\s/.test(text.slice(end - 1, end))) {
    end -= 1;
  }
  return { start, end };
}

function same(one: SpanView, other: SpanView): boolean {
  return one.start === other.start && one.end === other.end && one.label === other.label;
}

function overlap(one: SpanView, other: SpanView): boolean {
  return one.start < other.end && other.start < one.end;
}

function size(span: SpanView | undefined): number {
  return span ? span.end - span.start : 0;
}

function compare(one: SpanView | undefined, other: SpanView | undefined): number {
  return one && other ? one.start - other.start || other.end - one.end : 0;
}
