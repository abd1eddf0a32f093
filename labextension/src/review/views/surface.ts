/** What every view of the surface can reach. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

import type { Busy } from '../model/busy';
import type { Desk } from '../model/desk';
import type { KeyMap } from '../model/keys';
import type { Session } from '../model/session';
import type { Words } from '../model/words';

export interface Surface {
  readonly session: Session;
  readonly desk: Desk;
  readonly busy: Busy;
  readonly keys: KeyMap;
  readonly trans: Words;
}

export const SurfaceContext = createContext<Surface | null>(null);

export function useSurface(): Surface {
  const surface = useContext(SurfaceContext);
  if (!surface) {
    throw new Error('a view of the review surface stands outside it');
  }
  return surface;
}
