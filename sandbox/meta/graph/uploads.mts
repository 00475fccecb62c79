/** https://developers.facebook.com/docs/graph-api/guides/upload */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { GraphError, invalidParameter, invalidShape } from '../graph-errors.mts';
import type { Upload, World } from '../world.mts';
import type { GraphCall } from './call.mts';

const FILE_TYPES = [
	'application/pdf',
	'image/jpeg',
	'image/jpg',
	'image/png',
	'video/mp4',
] as const;
const MAX_BYTES = 100 * 1024 * 1024;

const fileSchema = z.object({
	file_name: z
		.string()
		.min(1)
		.regex(/^[^/@%]*$/),
	file_length: z.coerce.number().int().positive().max(MAX_BYTES),
	file_type: z.enum(FILE_TYPES),
});

/** `POST /<APP_ID>/uploads`: begins a session. */
export function startUpload({ node: app, params, simulation }: GraphCall<'app'>) {
	const file = fileSchema.safeParse(params);
	if (!file.success) {
		throw invalidShape(file.error);
	}
	const { uploads } = simulation.world;
	const key = createHash('sha256').update(`${app.id} ${uploads.length}`).digest('base64url');
	const upload: Upload = {
		id: `upload:MTphdHRhY2htZW50${key}`,
		signature: `ARZ${key.slice(0, 12)}`,
		appId: app.id,
		mimeType: file.data.file_type,
		length: file.data.file_length,
		received: Buffer.alloc(0),
		handle: null,
	};
	uploads.push(upload);
	return { id: `${upload.id}?sig=${upload.signature}` };
}

/** `GET /<UPLOAD_ID>`: how much has arrived. */
export function readUpload(call: GraphCall<'upload'>) {
	requireSession(call);
	return {
		id: `${call.node.id}?sig=${call.node.signature}`,
		file_offset: call.node.received.length,
	};
}

/** `POST /<UPLOAD_ID>`: the bytes from `file_offset` on; once all are there, the handle. */
export function continueUpload(call: GraphCall<'upload'>) {
	requireSession(call);
	const { node: upload, request } = call;
	const offset = Number(request.headers.file_offset ?? NaN);
	if (offset !== upload.received.length) {
		throw invalidParameter(`Header file_offset has to be ${upload.received.length}.`);
	}
	const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
	upload.received = Buffer.concat([upload.received, bytes]);
	if (upload.received.length !== upload.length) {
		throw new GraphError(1, 'Partial Request (did not match length of file)', { status: 400 });
	}
	const digest = createHash('sha256').update(upload.received).digest('base64url');
	upload.handle ??= `4::${Buffer.from(upload.mimeType).toString('base64')}:ARb${digest}:e:1790000000:${upload.appId}`;
	return { h: upload.handle };
}

/** What was uploaded under a handle, if it is of one of the types. */
export function isUploaded(world: World, handle: string, types: readonly string[]): boolean {
	return world.uploads.some(
		(upload) => upload.handle === handle && types.includes(upload.mimeType),
	);
}

/** The session is opened by its signature and the token, which is called OAuth here, not Bearer. */
function requireSession({ node: upload, request, params }: GraphCall<'upload'>): void {
	if (params.sig !== upload.signature)
		throw invalidParameter('Param sig does not fit the session.');
	if (!/^OAuth /.test(request.headers.authorization ?? '')) {
		throw new GraphError(104, 'An access token is required to request this resource.', {
			status: 401,
		});
	}
}
