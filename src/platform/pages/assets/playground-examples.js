/** The saved operations as a panel of GraphiQL's sidebar, with `"$customer.id"` and its like replaced by the record that was last answered. */

const { createElement: h, useState } = globalThis.React;

const KINDS = /customer|contact|opportunity|activity/gi;
const PLACEHOLDER = /"\$(customer|contact|opportunity|activity)\.(id|version)"/g;

/** Remembers, for each kind, the last single record that an answer was about: whatever has an id and a version, at the root or in a payload. */
export class LastRecords {
  #byKind = new Map();

  noteAnswer(answer) {
    for (const [field, value] of Object.entries(answer.data ?? {})) {
      if (this.#note(field, value)) continue;
      for (const [field, record] of Object.entries(value ?? {})) this.#note(field, record);
    }
  }

  /** @returns whether it is a record */
  #note(name, value) {
    if (typeof value?.id !== 'string' || typeof value.version !== 'number') return false;
    const kind = name.match(KINDS)?.at(-1)?.toLowerCase();
    if (kind) this.#byKind.set(kind, value);
    return true;
  }

  /** @returns the variables' text, and whether a record was asked for that has not been seen yet */
  fill(variables) {
    let missing = false;
    const text = variables.replace(PLACEHOLDER, (_whole, kind, field) => {
      const record = this.#byKind.get(kind);
      missing ||= record === undefined;
      return JSON.stringify(record?.[field] ?? (field === 'id' ? '' : null));
    });
    return { text, missing };
  }
}

function ExamplesIcon() {
  const lines = 'M7 4h10M7 9h10M7 14h10M2.5 4h.01M2.5 9h.01M2.5 14h.01';
  const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.8, strokeLinecap: 'round' };
  return h('svg', { viewBox: '0 0 19 18', height: '1em', 'aria-hidden': true, ...stroke }, h('path', { d: lines }));
}

/** Opens an example: in place of another example or an empty tab, else in a tab of its own, so that nothing typed is lost. */
function openExample(editors, examples, example, variables) {
  const current = editors.queryEditor.getValue().trim();
  const disposable = current === '' || examples.some(({ query }) => query === current);
  if (!disposable) editors.addTab();
  // The new tab fills the editors when it is rendered: ours must come after.
  setTimeout(() => {
    editors.queryEditor.setValue(example.query);
    // GraphiQL finds the new operation's name a moment later; run before that, it would ask for the former one.
    editors.queryEditor.operationName = undefined;
    editors.variableEditor.setValue(variables);
    editors.responseEditor?.setValue('');
  });
}

function ExamplesPanel({ examples, labels, lastRecords }) {
  const editors = globalThis.GraphiQL.React.useEditorContext({ nonNull: true });
  const [hint, setHint] = useState('');
  const current = editors.tabs[editors.activeTabIndex]?.query?.trim();

  const pick = (example) => {
    const { text, missing } = lastRecords.fill(example.variables);
    setHint(missing ? labels.idMissing : '');
    openExample(editors, examples, example, text);
  };
  const item = (example) => {
    const isCurrent = example.query === current;
    const button = { type: 'button', onClick: () => pick(example), 'aria-current': isCurrent ? 'true' : undefined };
    return h('li', { key: example.title }, h('button', button, example.title));
  };
  return h(
    'section',
    { className: 'examples', 'aria-label': labels.examples },
    h('h2', null, labels.examples),
    h('p', null, labels.examplesIntro),
    h('ol', null, examples.map(item)),
    h('p', { role: 'status', className: 'hint' }, hint),
  );
}

/** @returns a GraphiQL plugin */
export function examplesPlugin(settings) {
  return { title: settings.labels.examples, icon: ExamplesIcon, content: () => h(ExamplesPanel, settings) };
}
