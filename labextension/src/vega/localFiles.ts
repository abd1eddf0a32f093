/** Files beside the notebook, which a chart may name as its data. */
import { PageConfig } from '@jupyterlab/coreutils';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

import type { FindLocal } from './loader';

/** Look files up with the notebook's resolver; only addresses of this server are given. */
export function localFiles(resolver: IRenderMime.IResolver | null): FindLocal {
  return async (uri) => {
    if (!resolver || URL.canParse(uri) || /^[/\\]{2}/.test(uri.trim())) {
      return null;
    }
    const path = await resolver.resolveUrl(uri);
    const address = new URL(await resolver.getDownloadUrl(path), document.baseURI);
    const server = new URL(PageConfig.getBaseUrl(), document.baseURI);
    const ours = address.origin === server.origin && address.pathname.startsWith(server.pathname);
    return ours ? address.href : null;
  };
}
