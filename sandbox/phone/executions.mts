/** Finds the execution that webhooks started in n8n. */
import { createRequire } from 'node:module';
import type * as events from '../../nodes/WhatsAppCoexistence/events';
import { payloadOf } from '../meta/delivery/batching.mts';
import type { Update } from '../meta/delivery/routing.mts';
import type { Editor } from '../meta/editor.mts';
import { EXECUTIONS_PER_PAGE, type N8nRest, OWNER } from '../n8n/rest.mts';

const require = createRequire(import.meta.filename);
const { parseWebhook } = require('../../dist/nodes/WhatsAppCoexistence/events') as typeof events;

const TRIGGER = 'WhatsApp Coexistence Trigger';

/**
 * The editor of an n8n whose workflows receive the webhooks. n8n does not tell who sends a webhook which
 * executions it started or resumed, so each event that a trigger has emitted is looked up by its ID, and
 * each answer by that of its message.
 *
 * @param n8n.url base URL of the editor
 * @param workflows each with a trigger of the name that n8n gives it
 */
export function editorOf(
	{ url, rest }: { url: string; rest: Pick<N8nRest, 'executions' | 'execution'> },
	workflows: Array<{ id: string; name: string }>,
): Editor {
	const readers = workflows.map(({ id, name }) => ({
		workflow: name,
		url: `${url}/workflow/${id}/executions`,
		executions: emittedBy(rest, id),
	}));
	const [only, ...others] = workflows;
	return {
		workflowsUrl:
			only && others.length === 0 ? `${url}/workflow/${only.id}` : `${url}/home/workflows`,
		signIn: { email: OWNER.email, password: OWNER.password },
		runsOf: async (updates) => {
			const eventIds = updates.flatMap(eventIdsOf);
			const runs = await Promise.all(
				readers.map(async ({ executions, ...reader }) => {
					const executionOf = await executions();
					const ids = new Set(eventIds.flatMap((eventId) => executionOf.get(eventId) ?? []));
					return [...ids].map((id) => ({
						workflow: reader.workflow,
						url: `${reader.url}/${id}`,
					}));
				}),
			);
			return runs.flat();
		},
	};
}

/**
 * Reads the workflow's new executions at each call.
 *
 * @returns the execution of each event's ID, and of each answer's wamid that it has waited for
 */
function emittedBy(rest: Pick<N8nRest, 'executions' | 'execution'>, workflowId: string) {
	const executionOf = new Map<string, string>();
	const read = new Set<string>();
	return async () => {
		let olderThan: string | undefined;
		for (;;) {
			const page = await rest.executions(workflowId, olderThan);
			const unread = page.filter(({ id, stoppedAt }) => stoppedAt !== null && !read.has(id));
			for (const { id } of unread) {
				const { output, items, status } = await rest.execution(id);
				for (const { eventId } of output(TRIGGER).flat()) executionOf.set(eventId as string, id);
				for (const { answeredBy, messageId } of items()) {
					if (answeredBy === 'customer') executionOf.set(messageId as string, id);
				}
				if (status !== 'waiting') read.add(id);
			}
			if (unread.length === 0 || page.length < EXECUTIONS_PER_PAGE) return executionOf;
			olderThan = page.at(-1)!.id;
		}
	};
}

function eventIdsOf(update: Update): string[] {
	return parseWebhook(payloadOf([update])).flatMap((event) => {
		const answer = event.event === 'inbound.message' ? event.message.id : null;
		return answer === null ? [event.eventId] : [event.eventId, answer];
	});
}
