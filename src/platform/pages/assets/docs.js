/** Starts Swagger UI below the sign-in bar; signing in there fills both security schemes, as "Authorize" would. */
import { Session } from './session.js';
import { connectSignIn } from './sign-in.js';

const { endpoint, openapiUrl, labels } = JSON.parse(document.getElementById('settings').textContent);
const session = new Session(endpoint, labels);

const darkScheme = matchMedia('(prefers-color-scheme: dark)');
const followScheme = () => document.documentElement.classList.toggle('dark-mode', darkScheme.matches);
darkScheme.addEventListener('change', followScheme);
followScheme();

const ui = globalThis.SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: openapiUrl,
  presets: [globalThis.SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  deepLinking: true,
  validatorUrl: null, // the badge would send the document to another host
  persistAuthorization: false, // it would put the token into localStorage
  displayRequestDuration: true,
  onComplete: authorize,
});

/** What each security scheme of the document wants, by the scheme's name. */
function credentials() {
  const { tenantId, accessToken } = session.state ?? {};
  const schemes = ui.specSelectors.specJson().getIn(['components', 'securitySchemes'])?.toJS() ?? {};
  return Object.entries(schemes)
    .map(([name, scheme]) => [
      name,
      scheme.type === 'http' ? accessToken : scheme.in === 'header' ? tenantId : undefined,
    ])
    .filter(([, value]) => value !== undefined || !session.signedIn);
}

function authorize() {
  if (session.signedIn) for (const [name, value] of credentials()) ui.preauthorizeApiKey(name, value);
}

connectSignIn(session, labels);
session.addEventListener('change', () => {
  if (session.signedIn) authorize();
  else ui.authActions.logout(credentials().map(([name]) => name));
});
