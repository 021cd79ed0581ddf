/** The buttons on the map. */

import { element, icon } from './elements';
import type { Tool } from './drawing';

const ICONS = {
  draw: 'M4 18 L7 6 L18 5 L20 15 Z M12 21 v-6 M9 18 h6',
  edit: 'M4 20 l1-4 L16 5 l3 3 L8 19 Z M14 7 l3 3',
  delete: 'M5 7 h14 M9 7 V4 h6 v3 M7 7 l1 13 h8 l1-13',
  clear: 'M5 5 l14 14 M19 5 L5 19',
  length: 'M3 17 L17 3 l4 4 L7 21 Z M8 12 l2 2 M11 9 l3 3 M14 6 l2 2',
  area: 'M4 4 h16 v16 h-16 Z M4 9 h4 M4 14 h4 M9 20 v-4 M14 20 v-4',
  home: 'M4 9 V4 h5 M15 4 h5 v5 M20 15 v5 h-5 M9 20 H4 v-5',
} as const;

type Action = keyof typeof ICONS;

export class Toolbar {
  private readonly buttons = new Map<Action, HTMLButtonElement>();

  constructor(
    parent: HTMLElement,
    private readonly words: () => Record<string, string>,
    private readonly onTool: (tool: Tool) => void,
    private readonly onClear: () => void,
    private readonly onHome: () => void,
  ) {
    const bar = element('div', 'lm-tools', parent);
    bar.setAttribute('role', 'toolbar');
    const groups: Action[][] = [['draw', 'edit', 'delete', 'clear'], ['length', 'area'], ['home']];
    for (const actions of groups) {
      const group = element('div', 'lm-group', bar);
      actions.forEach((action) => this.add(action, group));
    }
  }

  /** Show which tool is in hand, name the buttons, and hide the drawing tools where nothing is drawn. */
  show(tool: Tool | null, canDraw: boolean): void {
    for (const [action, button] of this.buttons) {
      const name = this.words()[`tool_${action}`] ?? action;
      button.title = name;
      button.setAttribute('aria-label', name);
      button.setAttribute('aria-pressed', String(action === tool));
      button.querySelector('span')!.textContent = name;
      button.hidden = !canDraw && ['draw', 'edit', 'delete'].includes(action);
    }
  }

  private add(action: Action, parent: HTMLElement): void {
    const button = element('button', '', parent);
    button.type = 'button';
    button.dataset['tool'] = action;
    button.append(icon(ICONS[action]));
    element('span', action === 'draw' ? 'lm-name' : 'lm-unseen', button);
    button.addEventListener('click', () => this.press(action));
    this.buttons.set(action, button);
  }

  private press(action: Action): void {
    if (action === 'clear') this.onClear();
    else if (action === 'home') this.onHome();
    else this.onTool(action);
  }
}
