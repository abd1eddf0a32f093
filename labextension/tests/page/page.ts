/**
 * A page to look at the surface without a kernel: `jlpm page`, then `?kind=spans&dark&width=360`.
 */
import '../../style/review.css';
import '../../style/widget.css';
import { Client } from '../../src/protocol/client';
import { mountReview } from '../../src/review';
import type { FakeKernel } from '../review/fakeKernel';
import { EXAMPLES } from './examples';

declare global {
  interface Window {
    kernel: FakeKernel;
    client: Client;
  }
}

const asked = new URLSearchParams(location.search);
const make = EXAMPLES[asked.get('kind') ?? 'label'];
const place = document.querySelector<HTMLElement>('#place');
if (!make || !place) {
  throw new Error(`kinds: ${Object.keys(EXAMPLES).join(', ')}`);
}
const dark = asked.has('dark');
document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
document.body.dataset.jpThemeLight = String(!dark);
place.className = 'sm-ReviewWidget';
place.style.width = asked.has('width') ? `${asked.get('width') ?? ''}px` : '';

const kernel = make();
const client = new Client('page');
const host = document.createElement('div');
place.append(host);
window.kernel = kernel;
window.client = client;
const review = mountReview(host, { rpc: client, events: client, task: kernel.task.name });
await client.connect(kernel.transport());
review.focus();
