import fastify from 'fastify';

import type { JsonObject } from '../../sandbox/n8n/rest.mts';

/** What an AI model is asked for one turn of a conversation. */
export interface ChatRequest {
	model: string;
	messages: Array<{ role: string; content: string | null; tool_call_id?: string }>;
	tools?: Array<{
		type: 'function';
		function: { name: string; description: string; parameters: JsonObject };
	}>;
}

/** What it does in that turn: use the tool with that name, or say something. */
export type Turn = { tool: string; input: JsonObject } | { text: string };

export interface ScriptedModel {
	/** Base URL for a client of OpenAI's API. */
	url: string;
	requests: ChatRequest[];
	close(): Promise<void>;
}

/**
 * An AI model that answers by a script, behind OpenAI's API for chat completions.
 *
 * @param script the turn that follows on what was asked
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export async function startScriptedModel(
	script: (request: ChatRequest) => Turn | Promise<Turn>,
): Promise<ScriptedModel> {
	const requests: ChatRequest[] = [];
	const server = fastify();
	server.post('/v1/chat/completions', async ({ body }) => {
		const asked = body as ChatRequest;
		requests.push(asked);
		return completion(asked.model, requests.length, await script(asked));
	});
	const url = await server.listen({ host: '127.0.0.1', port: 0 });
	return { url: `${url}/v1`, requests, close: async () => await server.close() };
}

function completion(model: string, count: number, turn: Turn) {
	const [message, finishReason] =
		'text' in turn
			? [{ role: 'assistant', content: turn.text }, 'stop']
			: [{ role: 'assistant', content: null, tool_calls: [call(turn, count)] }, 'tool_calls'];
	return {
		id: `chatcmpl-${count}`,
		object: 'chat.completion',
		created: Math.floor(Date.now() / 1000),
		model,
		choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}

function call({ tool, input }: { tool: string; input: JsonObject }, count: number) {
	return {
		id: `call_${count}`,
		type: 'function',
		function: { name: tool, arguments: JSON.stringify(input) },
	};
}
