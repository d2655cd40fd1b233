/** The bar above both pages: the sign-in form and the demo accounts; once signed in, the user and the headers that are sent. */

const byId = (id) => document.getElementById(id);

/** Connects the bar's elements to the session. */
export function connectSignIn(session, labels) {
  const form = byId('sign-in');
  const message = byId('message');

  const say = (text, isError = false) => {
    message.textContent = text;
    message.classList.toggle('error', isError);
  };

  const show = () => {
    const { state } = session;
    form.hidden = state !== null;
    byId('demo-accounts')?.toggleAttribute('hidden', state !== null);
    byId('signed-in').hidden = state === null;
    byId('who-email').textContent = state?.user.email ?? '';
    byId('who-role').textContent = state?.user.role.toLowerCase() ?? '';
    for (const input of document.querySelectorAll('[data-header]'))
      input.value = session.headers[input.dataset.header] ?? '';
    // What had the focus has just been hidden; without this it would fall back to the top of the page.
    if (document.activeElement.closest('[hidden]'))
      (state === null ? form.elements.tenantId : byId('sign-out')).focus();
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button[type=submit]');
    const fields = Object.fromEntries(new FormData(form));
    button.disabled = true;
    say('');
    try {
      await session.signIn({ ...fields, tenantId: fields.tenantId.trim(), email: fields.email.trim() });
      form.elements.password.value = '';
    } catch (error) {
      say(error.message, true);
      form.elements.password.select();
    } finally {
      button.disabled = false;
    }
  });

  for (const button of document.querySelectorAll('[data-email]')) {
    button.addEventListener('click', () => {
      form.elements.tenantId.value = button.dataset.tenant;
      form.elements.email.value = button.dataset.email;
      form.elements.password.value = byId('demo-password').textContent;
      form.requestSubmit();
    });
  }
  byId('sign-out').addEventListener('click', () => session.signOut());
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.addEventListener('click', () => copyHeader(button, labels));
  }
  session.addEventListener('change', ({ detail }) => {
    say(detail ? labels[detail] : '', detail === 'sessionEnded');
    show();
  });
  show();
}

async function copyHeader(button, labels) {
  const input = document.querySelector(`[data-header="${button.dataset.copy}"]`);
  // Browsers give the clipboard to https and localhost only; elsewhere the old command still copies a selection.
  if (navigator.clipboard) await navigator.clipboard.writeText(input.value);
  else {
    input.select();
    document.execCommand('copy');
  }
  button.textContent = labels.copied;
  setTimeout(() => (button.textContent = labels.copy), 1500);
}
