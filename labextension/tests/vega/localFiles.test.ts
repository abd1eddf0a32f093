import { PageConfig } from '@jupyterlab/coreutils';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { beforeEach, describe, expect, it } from 'vitest';

import { localFiles } from '../../src/vega/localFiles';

function resolver(download: (path: string) => string): IRenderMime.IResolver {
  return {
    resolveUrl: (url) => Promise.resolve(`study/${url}`),
    getDownloadUrl: (path) => Promise.resolve(download(path)),
  };
}

const ours = resolver((path) => `http://127.0.0.1:8888/base/files/${path}`);

describe('localFiles', () => {
  beforeEach(() => {
    PageConfig.setOption('baseUrl', 'http://127.0.0.1:8888/base/');
  });

  it('finds a file beside the notebook', async () => {
    const found = await localFiles(ours)('rows.csv');
    expect(found).toBe('http://127.0.0.1:8888/base/files/study/rows.csv');
  });

  it.each(['https://example.org/rows.csv', '//example.org/rows.csv', '\\\\example.org\\rows.csv'])(
    'finds nothing for %s',
    async (uri) => {
      await expect(localFiles(ours)(uri)).resolves.toBeNull();
    },
  );

  it.each(['https://bucket.example.org/rows.csv', 'http://127.0.0.1:8888/other/rows.csv'])(
    'gives no address outside of this server, though the file is kept there: %s',
    async (address) => {
      await expect(localFiles(resolver(() => address))('rows.csv')).resolves.toBeNull();
    },
  );

  it('finds nothing where there is no notebook', async () => {
    await expect(localFiles(null)('rows.csv')).resolves.toBeNull();
  });
});
