// Calls node-zendesk and prints what it makes of the answers.
//
// ZENDESK_URL and ZENDESK_TOKEN say whom to ask. Standard input is a JSON array
// of {method, args, options, include}: method is its path in the client, such
// as "users.me" or "helpcenter.articles.list", options go to createClient,
// include is side-loaded. Standard output is an array with {result} or {error}
// for each, in the same order.
import {text} from 'node:stream/consumers';
import zendesk from 'node-zendesk';

const {ZENDESK_URL, ZENDESK_TOKEN} = process.env;

// node-zendesk gives some failures back instead of throwing them.
const describe = (error, thrown) => ({
  error: {message: error.message, status: error.statusCode ?? 0, body: error.result ?? null, thrown},
});

async function ask({method, args, options, include}) {
  const path = method.split('.');
  const api = path[0] === 'helpcenter' ? '/api/v2/help_center' : '/api/v2';
  const client = zendesk.createClient({
    endpointUri: ZENDESK_URL + api,
    oauth: true,
    token: ZENDESK_TOKEN,
    throwOriginalException: true,
    ...options,
  });
  const name = path.pop();
  const part = path.reduce((whole, key) => whole[key], client);
  if (include) part.setSideLoad(include);
  try {
    const answer = await part[name](...args);
    // Listings resolve to their items, everything else to {response, result}.
    const result = Array.isArray(answer) ? answer : answer.result;
    return result instanceof Error ? describe(result, false) : {result};
  } catch (error) {
    return describe(error, true);
  }
}

const replies = [];
for (const call of JSON.parse(await text(process.stdin))) {
  replies.push(await ask(call));
}

process.stdout.write(JSON.stringify(replies));
