/** A key as it stands on a button. */
import type { JSX } from 'preact';

import { showKey } from '../model/keys';

export function Key({ name }: { readonly name: string | undefined }): JSX.Element | null {
  return name === undefined ? null : (
    <kbd class="sm-Review-key" aria-hidden="true">
      {showKey(name)}
    </kbd>
  );
}
