/** Talks to the control API of the simulated Meta that serves this page. */

/** @throws Error in the simulated Meta's own words */
export async function get(path) {
	return await answerOf(await fetch(`/_control/${path}`));
}

/** @throws Error in the simulated Meta's own words */
export async function post(path, body = {}) {
	return await answerOf(
		await fetch(`/_control/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		}),
	);
}

async function answerOf(response) {
	const answer = await response.json();
	if (!response.ok) throw new Error(answer.error);
	return answer;
}

/** How each kind of record is called in the API and in its event stream. */
const RECORDS = { updates: 'update', deliveries: 'delivery', requests: 'request' };

/**
 * Everything recorded so far and from now on, by id. An entry comes again whenever it has changed.
 *
 * @param onChange called after every change, with `updates`, `deliveries` and `requests`
 * @param onConnection called with true when the sandbox cannot be reached, with false when it can
 */
export function follow(onChange, onConnection) {
	const records = { updates: new Map(), deliveries: new Map(), requests: new Map() };
	const stream = new EventSource('/_control/events');
	for (const [name, event] of Object.entries(RECORDS)) {
		stream.addEventListener(event, ({ data }) => {
			const entry = JSON.parse(data);
			records[name].set(entry.id, entry);
			onChange(records);
		});
	}
	stream.addEventListener('news', () => onChange(records));
	// Also after a lost connection: what happened meanwhile was not streamed.
	stream.addEventListener('error', () => onConnection(true));
	stream.addEventListener('open', async () => {
		onConnection(false);
		for (const name of Object.keys(RECORDS)) {
			for (const entry of await get(name)) records[name].set(entry.id, entry);
		}
		onChange(records);
	});
}
