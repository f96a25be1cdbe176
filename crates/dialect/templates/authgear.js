// Sends the document in the form and shows the answer. Without this the page still has its examples.

const form = document.querySelector('form');
const output = form.querySelector('output');

/** Fills in an example when its button is pressed. */
for (const button of document.querySelectorAll('button[data-query]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    form.elements.query.value = button.dataset.query;
    form.elements.query.focus();
    form.scrollIntoView({ block: 'nearest' });
  });
}

/** The variables as an object; what is wrong with them is said at their field. */
function variables() {
  const field = form.elements.variables;
  field.setCustomValidity('');
  if (field.value.trim() === '') return {};
  try {
    return JSON.parse(field.value);
  } catch (error) {
    field.setCustomValidity(error.message);
    field.reportValidity();
    return undefined;
  }
}

async function ask(sent) {
  const answer = await fetch(location.pathname, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${form.elements.token.value.trim()}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(sent),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.startsWith('application/json');
  const shown = isJson ? JSON.stringify(JSON.parse(text), undefined, 2) : text;
  return `${answer.status} ${answer.statusText}\n\n${shown}`;
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const sent = { query: form.elements.query.value, variables: variables() };
  if (sent.variables === undefined) return;
  output.textContent = '…';
  try {
    output.textContent = await ask(sent);
  } catch (error) {
    output.textContent = String(error);
  }
});
form.elements.variables.addEventListener('input', (event) => event.target.setCustomValidity(''));
form.hidden = false;
