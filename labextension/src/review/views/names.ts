/** The names of decisions, as people read them. */
import type { Decision } from '../../protocol/messages';
import type { Words } from '../model/words';

export function decisionName(decision: Decision, trans: Words): string {
  switch (decision) {
    case 'accepted':
      return trans.__('Accepted');
    case 'corrected':
      return trans.__('Corrected');
    case 'rejected':
      return trans.__('Rejected');
    case 'skipped':
      return trans.__('Skipped');
    case 'flagged':
      return trans.__('Flagged');
    case 'undone':
      return trans.__('Undone');
  }
}
