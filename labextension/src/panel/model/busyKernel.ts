/**
 * Reaches a kernel that was busy when the page was loaded.
 *
 * Jupyter asks a kernel who it is on the channel of the cells, and knows of no subshell before the
 * reply, which waits for the cell that runs. The control channel is answered at once.
 */
import { KernelMessage, type Kernel } from '@jupyterlab/services';

import type { KernelConnection } from '../../protocol/transport';

/** What a kernel says of itself. */
export interface KernelInfo {
  readonly language: string;
  readonly subshells: boolean;
}

/** What is used of a kernel connection. */
export type ControlledKernel = Pick<
  Kernel.IKernelConnection,
  | 'clientId'
  | 'username'
  | 'createComm'
  | 'sendControlMessage'
  | 'sendShellMessage'
  | 'statusChanged'
>;

/** Ask a kernel who it is, by the control channel. */
export async function askInfo(kernel: ControlledKernel): Promise<KernelInfo> {
  const { content } = (await control(kernel, 'kernel_info_request')) as unknown as {
    content: Partial<KernelMessage.IInfoReply>;
  };
  return {
    language: content.language_info?.name ?? '',
    subshells: content.supported_features?.includes('kernel subshells') ?? false,
  };
}

/** The kernel with comms on a subshell of their own, which lives as long as the kernel. */
export async function onOwnSubshell(kernel: ControlledKernel): Promise<KernelConnection> {
  const { content } = (await control(kernel, 'create_subshell_request')) as unknown as {
    content: { subshell_id: string };
  };
  const send = (msgType: 'comm_open' | 'comm_msg', body: object) =>
    kernel.sendShellMessage(
      KernelMessage.createMessage({
        msgType: msgType as 'comm_msg',
        channel: 'shell',
        username: kernel.username,
        session: kernel.clientId,
        subshellId: content.subshell_id,
        content: body as KernelMessage.ICommMsgMsg['content'],
      }),
      false,
      true,
    );
  return {
    info: Promise.resolve({} as KernelMessage.IInfoReply),
    statusChanged: kernel.statusChanged,
    supportsSubshells: true,
    createComm: (target) => {
      const comm = kernel.createComm(target);
      const comm_id = comm.commId;
      // Its own subshell is not asked for before the cell has ended.
      Object.defineProperty(comm, 'subshellStarted', { value: Promise.resolve() });
      comm.open = (data = {}) => send('comm_open', { comm_id, target_name: target, data });
      comm.send = (data) => send('comm_msg', { comm_id, data });
      return comm;
    },
  };
}

function control(
  kernel: ControlledKernel,
  msgType: 'kernel_info_request' | 'create_subshell_request',
): Promise<KernelMessage.IControlMessage | undefined> {
  const message = KernelMessage.createMessage({
    msgType: msgType as 'create_subshell_request',
    channel: 'control',
    username: kernel.username,
    session: kernel.clientId,
    content: {},
  });
  return kernel.sendControlMessage(message, true).done;
}
