/** What a chart may load: data within itself, and files of this Jupyter server. */
import { loader, type Loader } from 'vega';

/** Gives the address of a file on this server, or nothing if a name is not one. */
export type FindLocal = (uri: string) => Promise<string | null>;

const LINKS = new Set(['http:', 'https:', 'mailto:']);
const WITHIN = /^data:/i;

/** Vega's loader, with every address outside this server refused. */
export function offlineLoader(findLocal: FindLocal, onRefused: (uri: string) => void): Loader {
  const vega = loader();
  const sanitize = async (uri: string, options?: { context?: string }) => {
    // A link is followed only if a person clicks on it.
    if (options?.context === 'href') {
      return link(uri);
    }
    const href = WITHIN.test(uri) ? uri : await findLocal(uri);
    if (href === null) {
      onRefused(uri);
      throw new Error(`refused to load ${uri}`);
    }
    return { href };
  };
  return { ...vega, sanitize };
}

function link(uri: string): Promise<{ href: string; target: string; rel: string }> {
  if (!URL.canParse(uri) || !LINKS.has(new URL(uri).protocol)) {
    return Promise.reject(new Error(`refused to link to ${uri}`));
  }
  return Promise.resolve({ href: uri, target: '_blank', rel: 'noopener noreferrer' });
}
