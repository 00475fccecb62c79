/** Serves the page in `sandbox/phone` at `/phone`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';

const FOLDER = path.join(import.meta.dirname, '../phone');

const CONTENT_TYPES: Record<string, string> = {
	'.html': 'text/html; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
};

/** The browser itself refuses anything from elsewhere. */
const POLICY =
	"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:";

export function registerPhonePage(server: FastifyInstance): void {
	server.get<{ Params: { file?: string } }>('/phone/:file?', async ({ params }, reply) => {
		const file = params.file || 'index.html';
		const contentType = /^[\w-]+\.\w+$/.test(file) && CONTENT_TYPES[path.extname(file)];
		const content = contentType && (await readFile(path.join(FOLDER, file)).catch(() => null));
		if (!content) return await reply.code(404).send(`There is no ${file} here.`);
		return await reply
			.type(contentType)
			.header('cache-control', 'no-cache')
			.header('content-security-policy', POLICY)
			.send(content);
	});
}
