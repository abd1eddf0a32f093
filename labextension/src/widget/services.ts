/** What the widget's bundle takes of `@jupyterlab/services`: how messages are made, and no servers. */
export * as KernelMessage from '@jupyterlab/services/lib/kernel/messages';
