/** Finds the execution that webhooks started in n8n. */
import { createRequire } from 'node:module';
import type * as events from '../../nodes/WhatsAppCoexistence/events';
import type { Update } from '../meta/delivery/routing.mts';
import type { Editor } from '../meta/editor.mts';
import { EXECUTIONS_PER_PAGE, type N8nRest, OWNER } from '../n8n/rest.mts';

const require = createRequire(import.meta.filename);
const { parseWebhook }: typeof events = require('../../dist/nodes/WhatsAppCoexistence/events');

const TRIGGER = 'WhatsApp Coexistence Trigger';

/**
 * The editor of an n8n whose workflow receives the webhooks. n8n does not tell who sends a webhook which
 * execution it started, so each event that the trigger has emitted is looked up by its ID.
 *
 * @param n8n.url base URL of the editor
 */
export function editorOf(
	{ url, rest }: { url: string; rest: Pick<N8nRest, 'executions' | 'execution'> },
	workflowId: string,
): Editor {
	const workflowUrl = `${url}/workflow/${workflowId}`;
	const executionOf = new Map<string, string>();
	const read = new Set<string>();

	const readNewExecutions = async () => {
		let olderThan: string | undefined;
		for (;;) {
			const page = await rest.executions(workflowId, olderThan);
			const unread = page.filter(({ id, stoppedAt }) => stoppedAt !== null && !read.has(id));
			for (const { id } of unread) {
				const emitted = (await rest.execution(id)).output(TRIGGER).flat();
				for (const { eventId } of emitted) executionOf.set(eventId as string, id);
				read.add(id);
			}
			if (unread.length === 0 || page.length < EXECUTIONS_PER_PAGE) return;
			olderThan = page.at(-1)!.id;
		}
	};

	return {
		workflowUrl,
		signIn: { email: OWNER.email, password: OWNER.password },
		executionUrl: async (updates) => {
			await readNewExecutions();
			const eventIds = updates.flatMap(eventIdsOf);
			const id = eventIds.map((eventId) => executionOf.get(eventId)).find(Boolean);
			return id === undefined ? null : `${workflowUrl}/executions/${id}`;
		},
	};
}

function eventIdsOf({ wabaId, entryId, entryTime, field, value }: Update): string[] {
	const entry = { id: entryId ?? wabaId, time: entryTime, changes: [{ field, value }] };
	const webhook = { object: 'whatsapp_business_account', entry: [entry] };
	return parseWebhook(webhook).map(({ eventId }) => eventId);
}
