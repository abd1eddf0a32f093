import { describe, expect, it, vi } from 'vitest';

import { offlineLoader } from '../../src/vega/loader';

const SERVER = 'http://127.0.0.1:8888/files/data.csv';

function setUp() {
  const findLocal = vi.fn((uri: string) => Promise.resolve(uri === 'data.csv' ? SERVER : null));
  const onRefused = vi.fn<(uri: string) => void>();
  return { loader: offlineLoader(findLocal, onRefused), findLocal, onRefused };
}

describe('offlineLoader', () => {
  it.each([
    'https://example.org/cars.json',
    'http://127.0.0.1:9/other-port.json',
    '//example.org/cars.json',
    'HTTPS://example.org',
    ' https://example.org',
    'file:///etc/passwd',
    'blob:https://example.org/1',
    'ftp://example.org/cars.json',
    'missing.csv',
  ])('refuses %s, tells of it, and asks nobody for it', async (uri) => {
    const { loader, onRefused } = setUp();
    const fetched = vi.spyOn(globalThis, 'fetch');
    await expect(loader.load(uri)).rejects.toThrow('refused to load');
    await expect(loader.sanitize(uri, { context: 'image' })).rejects.toThrow('refused');
    expect(onRefused).toHaveBeenCalledWith(uri);
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  it('gives the address of a file on this server', async () => {
    const { loader, onRefused } = setUp();
    await expect(loader.sanitize('data.csv', { context: 'image' })).resolves.toEqual({
      href: SERVER,
    });
    expect(onRefused).not.toHaveBeenCalled();
  });

  it('takes what the chart itself holds', async () => {
    const { loader, findLocal } = setUp();
    const picture = 'data:image/png;base64,iVBORw0KGgo=';
    await expect(loader.sanitize(picture, { context: 'image' })).resolves.toEqual({
      href: picture,
    });
    expect(findLocal).not.toHaveBeenCalled();
  });

  it('lets a person follow a link, in a page that knows nothing of this one', async () => {
    const { loader } = setUp();
    const link = await loader.sanitize('https://doi.org/10.1/x', { context: 'href' });
    expect(link).toMatchObject({ target: '_blank', rel: 'noopener noreferrer' });
  });

  it.each(['javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,hello', 'lab/tree'])(
    'refuses the link %s',
    async (uri) => {
      const { loader } = setUp();
      const link = loader.sanitize(uri, { context: 'href' });
      await expect(link).rejects.toThrow('refused to link');
    },
  );
});
