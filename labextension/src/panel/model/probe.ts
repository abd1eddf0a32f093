/** Whether a kernel can be talked to, asked without a trace in the notebook. */
import type { Kernel, KernelMessage } from '@jupyterlab/services';

import { RPC } from '../../protocol/messages';

export type Found = 'loaded' | 'unloaded' | 'missing';

/** What is used of a kernel connection. */
export type AskedKernel = Pick<Kernel.IKernelConnection, 'requestExecute'>;

// To open a comm that nobody listens to would leave an error in the kernel's log.
const LOADED = `'${RPC}' in get_ipython().kernel.comm_manager.targets`;
const INSTALLED = "__import__('importlib.util').util.find_spec('sciml_magics') is not None";

/** Ask the kernel; it answers when it is idle. */
export async function probe(kernel: AskedKernel): Promise<Found> {
  const reply = await kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    user_expressions: { loaded: LOADED, installed: INSTALLED },
    allow_stdin: false,
    stop_on_error: false,
  }).done;
  const answers = expressions(reply);
  if (answers.loaded === 'True') {
    return 'loaded';
  }
  return answers.installed === 'False' ? 'missing' : 'unloaded';
}

/** Load the extension; gives the empty text, or in one line what went wrong. */
export async function load(kernel: AskedKernel): Promise<string> {
  const { content } = await kernel.requestExecute({
    code: '%load_ext sciml_magics',
    silent: true,
    store_history: false,
    allow_stdin: false,
    stop_on_error: false,
  }).done;
  if (content.status === 'ok') {
    return '';
  }
  return content.status === 'error' ? `${content.ename}: ${content.evalue}` : content.status;
}

function expressions(reply: KernelMessage.IExecuteReplyMsg): Partial<Record<string, string>> {
  const { content } = reply;
  if (content.status !== 'ok') {
    return {};
  }
  return Object.fromEntries(
    Object.entries(content.user_expressions).map(([name, answer]) => [name, plain(answer)]),
  );
}

function plain(answer: unknown): string | undefined {
  const data = (answer as { data?: Record<string, unknown> } | null)?.data;
  const text = data?.['text/plain'];
  return typeof text === 'string' ? text : undefined;
}
