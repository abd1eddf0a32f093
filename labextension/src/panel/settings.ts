/** The settings of the panel: the keys of the review. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { signal, type ReadonlySignal } from '@preact/signals';

export type Keys = Partial<Record<string, readonly string[]>>;

/** The keys as they are set now; an empty map leaves the defaults. */
export function followKeys(
  registry: Pick<ISettingRegistry, 'load'> | null,
  plugin: string,
): ReadonlySignal<Keys> {
  const keys = signal<Keys>({});
  const read = (settings: ISettingRegistry.ISettings) => {
    const next = readKeys(settings.composite.keys);
    if (JSON.stringify(next) !== JSON.stringify(keys.peek())) {
      keys.value = next;
    }
  };
  registry
    ?.load(plugin)
    .then((settings) => {
      read(settings);
      settings.changed.connect(read);
    })
    .catch((reason: unknown) => {
      console.warn('sciml-magics: the keys cannot be read, the defaults are used', reason);
    });
  return keys;
}

/** Take what has the form of a key map. */
export function readKeys(value: unknown): Keys {
  if (typeof value !== 'object' || value === null) {
    return {};
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([action, keys]) =>
      Array.isArray(keys) && keys.every((key) => typeof key === 'string') ? [[action, keys]] : [],
    ),
  );
}
