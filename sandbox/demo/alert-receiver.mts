/** What stands where Slack would: an incoming webhook on loopback, as strict as Slack's own. */
import fastify from 'fastify';

export interface AlertReceiver {
	/** Address of the incoming webhook. */
	url: string;
	/** The texts of the messages it has taken, oldest first. */
	alerts: string[];
	/** Whether the channel is archived: then it takes nothing. */
	setArchived(archived: boolean): void;
	close(): Promise<void>;
}

const PATH = '/services/T00000000/B00000000/simulated';

/**
 * Takes what Slack takes and refuses the rest in Slack's own words.
 *
 * @see https://api.slack.com/messaging/webhooks
 */
export async function startAlertReceiver(): Promise<AlertReceiver> {
	const alerts: string[] = [];
	let isArchived = false;
	const server = fastify({ forceCloseConnections: true });
	server.setErrorHandler(async (_error, _request, reply) => {
		await reply.code(400).send('invalid_payload');
	});
	server.setNotFoundHandler(async (_request, reply) => {
		await reply.code(404).send('no_service');
	});
	server.post(PATH, async ({ body }, reply) => {
		const { text, blocks } = (body ?? {}) as { text?: unknown; blocks?: unknown };
		const hasText = typeof text === 'string' && text !== '';
		if (!hasText && !Array.isArray(blocks)) return await reply.code(400).send('no_text');
		if (isArchived) return await reply.code(410).send('channel_is_archived');
		alerts.push(hasText ? text : JSON.stringify(blocks));
		return 'ok';
	});
	const origin = await server.listen({ host: '127.0.0.1', port: 0 });
	return {
		url: origin + PATH,
		alerts,
		setArchived: (archived) => (isArchived = archived),
		close: async () => await server.close(),
	};
}
