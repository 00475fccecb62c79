/** Finds the execution that a delivery started in n8n. */
import type { Editor } from '../meta/editor.mts';
import type { N8nRest } from '../n8n/rest.mts';

/**
 * The editor of an n8n whose workflow receives the deliveries. n8n does not tell a webhook's sender which
 * execution it started, so it goes by time: the only one that started while n8n was answering.
 *
 * @param n8n.url base URL of the editor
 */
export function editorOf(
	{ url, rest }: { url: string; rest: Pick<N8nRest, 'executions'> },
	workflowId: string,
): Editor {
	const workflowUrl = `${url}/workflow/${workflowId}`;
	return {
		workflowUrl,
		executionUrl: async ({ attempts }) => {
			const answered = attempts.find(({ status }) => status === 200);
			if (!answered) return null;
			const from = Date.parse(answered.startedAt);
			const to = from + answered.ms;
			const started = (await rest.executions(workflowId)).filter(({ mode, startedAt }) => {
				const at = Date.parse(startedAt);
				return mode === 'webhook' && from <= at && at <= to;
			});
			return started.length === 1 ? `${workflowUrl}/executions/${started[0].id}` : null;
		},
	};
}
