/** https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media */
import { createHash, createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
	GraphError,
	invalidParameter,
	parameterRequired,
	unsupportedRequest,
} from '../graph-errors.mts';
import type { Simulation } from '../simulation.mts';
import type { Media } from '../world.mts';
import { authenticate, requireScope } from './access.mts';
import type { GraphCall } from './call.mts';
import { kindOfMime, maxBytesOf } from './media-kinds.mts';

const URL_LIFETIME_SECONDS = 5 * 60;
const UPLOAD_LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;
const PIECES_PER_SECOND = 20;
const FIRST_MEDIA_ID = 1_100_000_000_000_001;
export const DOWNLOAD_PATH = '/whatsapp_business/attachments/';

/** `POST /<PHONE_ID>/media`, multipart. */
export async function uploadMedia(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_messaging');
	const { node: number, request, simulation } = call;
	const form = await readForm(request);
	if (form.get('messaging_product') !== 'whatsapp') throw parameterRequired('messaging_product');
	const file = form.get('file');
	if (!(file instanceof File)) throw parameterRequired('file');
	const type = String(form.get('type') ?? file.type);
	// A file part without a type of its own is refused, whatever the field `type` says.
	if (file.type === '' || file.type === 'application/octet-stream') {
		throw new GraphError(
			100,
			`(#100) Param file must be a file with one of the supported types. Received file of type '${file.type || 'application/octet-stream'}'.`,
		);
	}
	if (file.type.split(';')[0] !== type.split(';')[0]) {
		throw new GraphError(131053, '(#131053) Media upload error', {
			details: `Param type says ${type} while the file is ${file.type}.`,
		});
	}
	if (file.size > maxBytesOf(kindOfMime(type))) {
		throw new GraphError(131053, '(#131053) Media upload error', {
			details: `A file of type ${type} may have ${maxBytesOf(kindOfMime(type))} bytes at most.`,
		});
	}
	const media = storeMedia(simulation, {
		phoneNumberId: number.id,
		mimeType: type,
		fileName: file.name,
		content: Buffer.from(await file.arrayBuffer()),
		lifetimeMs: UPLOAD_LIFETIME_MS,
	});
	return { id: media.id };
}

/** `GET /<MEDIA_ID>`: a fresh download URL, good for five minutes. */
export function readMedia(call: GraphCall<'media'>) {
	requireScope(call, 'whatsapp_business_messaging');
	const { node: media, simulation } = call;
	requireOwner(call);
	return {
		messaging_product: 'whatsapp',
		url: downloadUrl(simulation, media),
		mime_type: media.mimeType,
		sha256: media.sha256,
		file_size: String(media.content.length),
		id: media.id,
	};
}

/** `DELETE /<MEDIA_ID>` */
export function deleteMedia(call: GraphCall<'media'>) {
	requireScope(call, 'whatsapp_business_messaging');
	requireOwner(call);
	const { world } = call.simulation;
	world.media = world.media.filter((media) => media !== call.node);
	return { success: true };
}

/** The download itself: with a Bearer token, 404 once the URL has expired or the media is gone. */
export async function downloadMedia(
	simulation: Simulation,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<void> {
	authenticate(simulation, request);
	const { mid, ext, hash } = request.query as Record<string, string | undefined>;
	const media = findMedia(simulation, mid);
	const genuine = media && hash === linkHash(media, Number(ext));
	if (!genuine || Number(ext) <= simulation.clock.seconds()) {
		await reply.code(404).type('text/html').send('<html><body>Not Found</body></html>');
		return;
	}
	reply.type(media.mimeType);
	if (media.bytesPerSecond === undefined) {
		await reply.header('content-length', media.content.length).send(media.content);
	} else {
		await reply.send(Readable.from(trickle(media.content, media.bytesPerSecond)));
	}
}

async function* trickle(content: Buffer, bytesPerSecond: number) {
	const piece = Math.ceil(bytesPerSecond / PIECES_PER_SECOND);
	for (let sent = 0; sent < content.length; sent += piece) {
		yield content.subarray(sent, sent + piece);
		await sleep(1000 / PIECES_PER_SECOND);
	}
}

/** Keeps media as if it had been uploaded or received. Ids look like Meta's: digits only. */
export function storeMedia(
	{ world, clock }: Pick<Simulation, 'world' | 'clock'>,
	{ lifetimeMs, ...media }: Omit<Media, 'id' | 'sha256' | 'expiresAt'> & { lifetimeMs: number },
): Media {
	const stored = {
		...media,
		id: String(FIRST_MEDIA_ID + world.mediaStored++),
		sha256: createHash('sha256').update(media.content).digest('base64'),
		expiresAt: clock.now() + lifetimeMs,
	};
	world.media.push(stored);
	return stored;
}

/** A URL as in webhooks and in `GET /<MEDIA_ID>`, good for five minutes from now. */
export function downloadUrl(
	{ url, clock }: Pick<Simulation, 'url' | 'clock'>,
	media: Media,
): string {
	const expires = clock.seconds() + URL_LIFETIME_SECONDS;
	return `${url}${DOWNLOAD_PATH}?mid=${media.id}&source=getMedia&ext=${expires}&hash=${linkHash(media, expires)}`;
}

function requireOwner({ node: media, params, simulation }: GraphCall<'media'>): void {
	const phoneNumberId = params.phone_number_id;
	const otherNumber = phoneNumberId !== undefined && phoneNumberId !== media.phoneNumberId;
	if (otherNumber || !findMedia(simulation, media.id)) {
		throw unsupportedRequest('GET', media.id);
	}
}

function findMedia({ world, clock }: Simulation, id: string | undefined): Media | undefined {
	return world.media.find((media) => media.id === id && media.expiresAt > clock.now());
}

function linkHash(media: Media, expires: number): string {
	return createHmac('sha256', media.sha256).update(String(expires)).digest('hex').slice(0, 32);
}

async function readForm(request: FastifyRequest): Promise<FormData> {
	const contentType = request.headers['content-type'] ?? '';
	if (!contentType.startsWith('multipart/form-data') || !Buffer.isBuffer(request.body)) {
		throw parameterRequired('file');
	}
	return await new Response(new Uint8Array(request.body), {
		headers: { 'content-type': contentType },
	})
		.formData()
		.catch(() => {
			throw invalidParameter('The multipart body cannot be read.');
		});
}
