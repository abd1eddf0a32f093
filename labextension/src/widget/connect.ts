/** The way of a widget to its kernel: comms where the page lets it make them, else its messages. */
import { effect } from '@preact/signals';
import type { Kernel } from '@jupyterlab/services';

import { Connector, type Session } from '../panel/model/connector';
import type { Client } from '../protocol/client';
import { WidgetTransport, type WidgetModel } from '../protocol/transport';

/** A widget's model; in Jupyter its manager knows the kernel. */
export type ConnectedModel = WidgetModel & { readonly widget_manager: object };

/** Connect a client. Returns what ends the connection. */
export function connect(client: Client, model: ConnectedModel): () => void {
  const kernel = kernelOf(model);
  if (!kernel) {
    void client.connect(new WidgetTransport(model));
    return () => {
      client.disconnect();
    };
  }
  const connector = new Connector(sessionOf(kernel), client);
  let connected = false;
  const stop = effect(() => {
    connected ||= client.link.value.state === 'ready';
    const { state } = connector.way.value;
    if (!connected && (state === 'unloaded' || state === 'missing')) {
      // The widget is there, so its kernel can be reached by it.
      connected = true;
      void client.connect(new WidgetTransport(model));
    }
  });
  return () => {
    stop();
    connector.dispose();
  };
}

/** The kernel connection of the page, where a page has one: in JupyterLab and Notebook 7. */
function kernelOf({ widget_manager: manager }: ConnectedModel): Kernel.IKernelConnection | null {
  const kernel = (manager as { kernel?: Partial<Kernel.IKernelConnection> | null }).kernel;
  return typeof kernel?.createComm === 'function' && kernel.statusChanged && kernel.iopubMessage
    ? (kernel as Kernel.IKernelConnection)
    : null;
}

/** A kernel that stays the same for as long as the widget is shown. */
function sessionOf(kernel: Kernel.IKernelConnection): Session {
  const never = { connect: () => true, disconnect: () => true };
  return {
    session: { kernel },
    kernelChanged: never,
    statusChanged: kernel.statusChanged,
    iopubMessage: kernel.iopubMessage,
  } as unknown as Session;
}
