/** Talks to the control API of a simulated Meta, wherever it runs. */
import { request } from 'undici';

export interface MetaControl {
	get<T = unknown>(path: string): Promise<T>;
	post<T = unknown>(path: string, body?: unknown): Promise<T>;
	delete<T = unknown>(path: string): Promise<T>;
}

/**
 * @param url the base URL of the simulated Meta
 * @returns calls below `/_control` that throw with the simulated Meta's own words
 */
export function controlMeta(url: string): MetaControl {
	const call = async <T,>(method: 'DELETE' | 'GET' | 'POST', path: string, body?: unknown) => {
		const answer = await request(`${url}/_control${path}`, {
			method,
			headers: body === undefined ? {} : { 'content-type': 'application/json' },
			body: body === undefined ? null : JSON.stringify(body),
			reset: true,
			// A scenario answers when its last delivery is done.
			headersTimeout: 0,
			bodyTimeout: 0,
		});
		const text = await answer.body.text();
		if (answer.statusCode !== 200) throw new Error(`${method} ${path}: ${text}`);
		return JSON.parse(text) as T;
	};
	return {
		get: async (path) => await call('GET', path),
		post: async (path, body) => await call('POST', path, body),
		delete: async (path) => await call('DELETE', path),
	};
}
