/** The labels as they are offered: which are shown, in what order, and which digit chooses each. */
import type { Item, TaskView, ValueView } from '../../protocol/messages';
import { asLabels, labelNames } from './draft';

export interface Choice {
  readonly name: string;
  readonly description: string;
  /** Probability that the model gave it; `null` if it gave none. */
  readonly score: number | null;
  readonly suggested: boolean;
  readonly chosen: boolean;
  /** The digit key that chooses it; `null` for those after the ninth. */
  readonly digit: number | null;
  /** Place in the scheme, which gives the colour. */
  readonly place: number;
}

export interface Choices {
  readonly shown: readonly Choice[];
  /** How many more there are. */
  readonly more: number;
}

/** So many labels have a digit each, and need no search. */
export const FEW_LABELS = 9;
/** With more labels than this the likely ones come first, and the others are found by typing. */
export const MANY_LABELS = 20;
const MOST_SHOWN = 50;

export function choices(
  task: TaskView,
  item: Item | null,
  value: ValueView,
  search: string,
): Choices {
  const names = labelNames(task, item);
  const places = new Map(names.map((name, place) => [name, place]));
  const told = Object.keys(wordsOf(item)).length > 0;
  const found = search.trim()
    ? matching(task, search, names)
    : names.length > MANY_LABELS
      ? likelyFirst(names, places, item, value)
      : told && names.length > FEW_LABELS
        ? // What there is a reason for keeps its digit, whatever is chosen.
          likelyFirst(names, places, item, null)
        : names;
  const make = offer(task, item, value, places);
  return {
    shown: found.slice(0, MOST_SHOWN).map(make),
    more: Math.max(0, found.length - MOST_SHOWN),
  };
}

function offer(
  task: TaskView,
  item: Item | null,
  value: ValueView,
  places: ReadonlyMap<string, number>,
): (name: string, at: number) => Choice {
  const suggestion = item?.suggestion ?? null;
  const scores = new Map(suggestion?.alternatives.map(({ label, score }) => [label, score]));
  const suggested = new Set(inValue(suggestion?.value ?? null));
  if (typeof suggestion?.value === 'string' && suggestion.score !== null) {
    scores.set(suggestion.value, suggestion.score);
  }
  const descriptions = new Map(task.labels.map(({ name, description }) => [name, description]));
  const words = wordsOf(item);
  const chosen = new Set(inValue(value));
  return (name, at) => ({
    name,
    description: [descriptions.get(name), words[name]].find(Boolean) ?? '',
    score: scores.get(name) ?? null,
    suggested: suggested.has(name),
    chosen: chosen.has(name),
    digit: at < FEW_LABELS ? at + 1 : null,
    place: places.get(name) ?? at,
  });
}

/** Why the model thinks of each of some values, in words. */
export function wordsOf(item: Item | null): Readonly<Record<string, string>> {
  const words = item?.suggestion?.evidence.words ?? null;
  return typeof words === 'object' && !Array.isArray(words)
    ? Object.fromEntries(
        Object.entries(words ?? {}).filter(
          (entry): entry is [string, string] => typeof entry[1] === 'string',
        ),
      )
    : {};
}

function inValue(value: ValueView): string[] {
  return typeof value === 'string' ? [value] : asLabels(value);
}

function likelyFirst(
  names: readonly string[],
  places: ReadonlyMap<string, number>,
  item: Item | null,
  value: ValueView,
): string[] {
  const likely = [
    ...inValue(value),
    ...inValue(item?.suggestion?.value ?? null),
    ...(item?.suggestion?.alternatives.map(({ label }) => label) ?? []),
  ].filter((name) => places.has(name));
  return [...new Set([...likely, ...names])];
}

/** Labels whose name begins with what is searched, then those that have it elsewhere. */
export function matching(
  task: TaskView,
  search: string,
  names: readonly string[] = task.labels.map(({ name }) => name),
): string[] {
  const wanted = fold(search.trim());
  const descriptions = new Map(task.labels.map(({ name, description }) => [name, description]));
  const rank = (name: string): number => {
    const folded = fold(name);
    if (folded.startsWith(wanted)) {
      return 0;
    }
    if (folded.includes(wanted)) {
      return 1;
    }
    return fold(descriptions.get(name) ?? '').includes(wanted) ? 2 : 3;
  };
  const ranked = names.map((name) => [name, rank(name)] as const).filter(([, its]) => its < 3);
  return ranked.sort(([, one], [, other]) => one - other).map(([name]) => name);
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
