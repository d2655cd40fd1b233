/** The saved operations as a panel of GraphiQL's sidebar. */
import { isFilledFrom } from './example-records.js';

const { createElement: h } = globalThis.React;

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
    // Where the panel lies above the editors.
    if (matchMedia('(max-width: 700px)').matches) document.querySelector('.graphiql-sessions').scrollIntoView();
  });
}

/** Brings the current example's variables up to date, unless they were edited. */
function refill(editors, examples, records) {
  const query = editors.queryEditor?.getValue().trim();
  const template = examples.find((example) => example.query === query)?.variables;
  const text = editors.variableEditor?.getValue();
  if (!template || !isFilledFrom(template, text)) return;
  const filled = records.fill(template);
  if (filled !== text) editors.variableEditor.setValue(filled);
}

/** What running the example does about the placeholders that are left. */
function hintOf(variables, runner, labels) {
  const titles = runner.prerequisites(variables).map(({ title }) => title);
  if (titles.length > 0) return `${labels.runsFirst} ${titles.join(', ')}.`;
  return variables.includes('"$anyCustomer.') ? labels.filledWhenRun : '';
}

function ExamplesPanel({ examples, labels, records, runner, onEditors }) {
  const editors = globalThis.GraphiQL.React.useEditorContext({ nonNull: true });
  const tab = editors.tabs[editors.activeTabIndex];
  const current = examples.find(({ query }) => query === tab?.query?.trim());
  onEditors(editors);

  const item = (example) => {
    const onClick = () => openExample(editors, examples, example, records.fill(example.variables));
    const button = { type: 'button', onClick, 'aria-current': example === current ? 'true' : undefined };
    return h('li', { key: example.name }, h('button', button, example.title));
  };
  const hint = current ? hintOf(tab.variables ?? '', runner, labels) : '';
  return h(
    'section',
    { className: 'examples', 'aria-label': labels.examples, lang: document.documentElement.lang },
    h('h2', null, labels.examples),
    h('p', null, labels.examplesIntro),
    h('ol', null, examples.map(item)),
    h('p', { role: 'status', className: 'hint' }, hint),
  );
}

/** @returns a GraphiQL plugin, and what to call when the known records have changed */
export function examplesPlugin(settings) {
  const { examples, labels, records } = settings;
  let editors = {};
  const onEditors = (latest) => {
    editors = latest;
  };
  const content = () => h(ExamplesPanel, { ...settings, onEditors });
  const plugin = { title: labels.examples, icon: ExamplesIcon, content };
  return { plugin, refill: () => refill(editors, examples, records) };
}
