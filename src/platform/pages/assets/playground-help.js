/** What GraphiQL lacks: Tab leaves its editors, its panels open at their top, and an answer without a sign-in says where to sign in. */

const { createElement: h, useEffect, useState } = globalThis.React;

/** In CodeMirror the Tab key indents, so that a keyboard never leaves the editor (WCAG 2.1.2). Completion still takes Tab. */
export function letTabLeave(root) {
  root.addEventListener('focusin', ({ target }) => {
    const editor = target.closest?.('.CodeMirror')?.CodeMirror;
    const keys = editor?.getOption('extraKeys');
    // false: the browser handles the key.
    if (editor && keys?.Tab !== false) editor.setOption('extraKeys', { ...keys, Tab: false, 'Shift-Tab': false });
  });
}

/** Every panel, and every page of the schema's documentation, is shown from its top: GraphiQL keeps the position of the one before. */
export function openPanelsAtTop(root) {
  let shown;
  new MutationObserver(() => {
    const panel = root.querySelector('.graphiql-plugin');
    const title = panel?.querySelector('.graphiql-doc-explorer-title, h2, .graphiql-history-header')?.textContent;
    if (title === shown) return;
    shown = title;
    if (panel) panel.scrollTop = 0;
  }).observe(root, { subtree: true, childList: true, characterData: true });
}

function needsSignIn({ errors }) {
  return Array.isArray(errors) && errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED');
}

/** Below the answer: where to sign in, while nobody is signed in and the last answer asks for it. */
export function SignInHint({ runner, session, labels }) {
  const [isNeeded, setNeeded] = useState(false);
  useEffect(() => {
    const onAnswer = ({ detail }) => setNeeded(!session.signedIn && needsSignIn(detail));
    const onChange = () => session.signedIn && setNeeded(false);
    runner.addEventListener('answer', onAnswer);
    session.addEventListener('change', onChange);
    return () => {
      runner.removeEventListener('answer', onAnswer);
      session.removeEventListener('change', onChange);
    };
  }, [runner, session]);
  const goToForm = () => document.querySelector('#sign-in input').focus();
  const content = isNeeded && [
    h('span', { key: 'text' }, labels.signInAbove),
    h('button', { key: 'button', type: 'button', onClick: goToForm }, labels.signIn),
  ];
  return h('div', { role: 'status', className: 'sign-in-hint', lang: document.documentElement.lang }, content);
}
