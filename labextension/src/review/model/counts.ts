/** How far a task has come, in the kernel's counts and ahead of them. */
import type { Counts, Verb } from '../../protocol/messages';
import type { Letter } from './outbox';

const FIELDS = {
  accept: 'accepted',
  reject: 'rejected',
  skip: 'skipped',
  flag: 'flagged',
} as const;

/** The counts with the answers that the kernel has not confirmed: what the person has seen happen. */
export function ahead(counts: Counts | null, letters: readonly Letter[]): Counts | null {
  if (!counts) {
    return null;
  }
  const next = { ...counts };
  const undone = new Set(
    letters.flatMap(({ what, params }) => (what === 'undo' ? [params.undoes] : [])),
  );
  for (const letter of letters) {
    if (letter.what === 'respond' && !letter.problem && !undone.has(letter.params.key)) {
      count(next, letter.params.verb);
    }
  }
  return next;
}

function count(counts: Counts, verb: Verb): void {
  counts.answered += 1;
  counts.left = Math.max(0, counts.left - 1);
  counts[FIELDS[verb]] += 1;
}
