/** What slides over the record: help, guidelines, history, many at once, which records. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import { BulkForm } from './BulkForm';
import { FilterDrawer } from './FilterForm';
import { Guidelines } from './Guidelines';
import { Help } from './Help';
import { HistoryList } from './HistoryList';
import { Icon } from './icons';
import { useSurface } from './surface';

export function OpenDrawer(): JSX.Element | null {
  const { desk, trans } = useSurface();
  switch (desk.drawer.value) {
    case null:
      return null;
    case 'help':
      return (
        <Drawer title={trans.__('Keys')}>
          <Help />
        </Drawer>
      );
    case 'guidelines':
      return (
        <Drawer title={trans.__('Guidelines')}>
          <Guidelines />
        </Drawer>
      );
    case 'history':
      return (
        <Drawer title={trans.__('History')}>
          <HistoryList />
        </Drawer>
      );
    case 'bulk':
      return (
        <Drawer title={trans.__('Answer many at once')}>
          <BulkForm />
        </Drawer>
      );
    case 'filter':
      return (
        <Drawer title={trans.__('Choose records')}>
          <FilterDrawer />
        </Drawer>
      );
  }
}

function Drawer(props: {
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { desk, trans } = useSurface();
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    root.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div ref={root} class="sm-Review-drawer" role="dialog" aria-label={props.title} tabIndex={-1}>
      <div class="sm-Review-drawerHead">
        <h3>{props.title}</h3>
        <button
          type="button"
          class="sm-Review-tool"
          aria-label={trans.__('Close')}
          title={trans.__('Close (Esc)')}
          onClick={() => {
            desk.close();
          }}
        >
          <Icon name="close" />
        </button>
      </div>
      {/* It can be scrolled by keyboard, also where nothing in it takes the keyboard. */}
      <div class="sm-Review-drawerBody" tabIndex={0}>
        {props.children}
      </div>
    </div>
  );
}
