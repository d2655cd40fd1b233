/** Starts the playground: GraphiQL below the sign-in bar, sending the session's headers. */
import { ExampleRecords } from './example-records.js';
import { ExampleRunner } from './example-runner.js';
import { examplesPlugin } from './playground-examples.js';
import { letTabLeave, openPanelsAtTop, SignInHint } from './playground-help.js';
import { Session } from './session.js';
import { connectSignIn } from './sign-in.js';

const { React, ReactDOM, GraphiQL } = globalThis;
const settings = JSON.parse(document.getElementById('settings').textContent);
const { endpoint, labels, examples } = settings;

// Under this name the library behind GraphiQL's dialogs looks for the nonce of the one <style> that it writes.
globalThis.__webpack_nonce__ = document.querySelector('script[nonce]').nonce;

const session = new Session(endpoint, labels);
const records = new ExampleRecords();
const runner = new ExampleRunner(examples, records, send);
const { plugin, refill } = examplesPlugin({ examples, labels, records, runner });
// A name of our own: localhost's storage is shared by every project that ever ran GraphiQL on this port.
const storage = GraphiQL.createLocalStorage({ namespace: 'crm-api' });
const firstVisit = storage.getItem('graphiql:tabState') === null;
// GraphiQL reads this key when it starts, but leaves writing it to the page.
const keepVisiblePlugin = (plugin) => storage.setItem('graphiql:visiblePlugin', plugin?.title ?? '');
if (firstVisit) keepVisiblePlugin(plugin);
const element = document.getElementById('graphiql');
const root = ReactDOM.createRoot(element);

async function send(params, options) {
  const headers = new Headers({
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
  });
  // What is typed into the headers editor wins: it is there to try things.
  const wanted = { ...(await session.freshHeaders()), ...options?.headers };
  for (const [name, value] of Object.entries(wanted)) headers.set(name, value);
  const request = { method: 'POST', credentials: 'omit', headers, body: JSON.stringify(params) };
  return (
    fetch(endpoint, request)
      .then((response) => response.json())
      // No network, or something between us that does not speak JSON; thrown, it would be shown with a stack.
      .catch(() => ({ errors: [{ message: labels.unreachable }] }))
  );
}

/** A new function each time, because GraphiQL reads the schema anew when its fetcher changes. */
function makeFetcher() {
  return async (params, options) => {
    const answer = await runner.run(params, options);
    if (!answer.errors) refill();
    return answer;
  };
}

function render() {
  root.render(
    React.createElement(
      GraphiQL,
      {
        fetcher: makeFetcher(),
        storage,
        plugins: [plugin],
        schemaDescription: true,
        onTogglePluginVisibility: keepVisiblePlugin,
        // Not as default tabs: GraphiQL shows only the query of those.
        query: firstVisit ? examples[0]?.query : undefined,
        variables: firstVisit ? examples[0]?.variables : undefined,
        defaultQuery: '',
        defaultEditorToolsVisibility: 'variables',
        showPersistHeadersSettings: false, // a token belongs into sessionStorage only
      },
      React.createElement(GraphiQL.Footer, null, React.createElement(SignInHint, { runner, session, labels })),
    ),
  );
}

connectSignIn(session, labels);
let tenantShown = session.state?.tenantId;
session.addEventListener('change', () => {
  if (session.state?.tenantId === tenantShown) return; // a renewed token changes nothing on the page
  tenantShown = session.state?.tenantId;
  records.clear();
  refill();
  render();
});
letTabLeave(element);
openPanelsAtTop(element);
render();
