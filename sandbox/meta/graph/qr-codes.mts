/** https://developers.facebook.com/documentation/business-messaging/whatsapp/qr-codes */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { invalidParameter, invalidShape } from '../graph-errors.mts';
import type { QrCode } from '../world.mts';
import { requireScope } from './access.mts';
import type { GraphCall } from './call.mts';
import { page } from './paging.mts';

const MOST = 2000;

const writeSchema = z
	.object({
		prefilled_message: z.string().min(1).max(140),
		generate_qr_image: z.enum(['PNG', 'SVG']).optional(),
		code: z.string().optional(),
	})
	.strict();

/** `POST /<PHONE_ID>/message_qrdls`: a new one or, with `code`, another text for one. */
export function writeQrCode(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_management');
	const { node: number } = call;
	const parsed = writeSchema.safeParse(call.body);
	if (!parsed.success) {
		throw invalidShape(parsed.error);
	}
	const { code, prefilled_message, generate_qr_image: format } = parsed.data;
	if (code !== undefined) {
		const existing = find(call, code);
		existing.prefilled_message = prefilled_message;
		return show(existing);
	}
	if (number.qrCodes.length >= MOST) throw invalidParameter('This number has 2000 codes already.');
	const made: QrCode = { code: newCode(number.id, number.qrCodesMade++), prefilled_message };
	number.qrCodes.push(made);
	return {
		...show(made),
		...(format && {
			qr_image_url: `https://scontent.xx.fbcdn.net/${made.code}.${format.toLowerCase()}`,
		}),
	};
}

/** `GET /<PHONE_ID>/message_qrdls` and, with a code behind it, that one, in a list too. */
export function readQrCodes(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_management');
	const { node: number } = call;
	const code = codeIn(call.request);
	if (code === undefined) {
		return page(call, number.qrCodes.map(show));
	}
	return { data: [show(find(call, code))] };
}

/** `DELETE /<PHONE_ID>/message_qrdls/<CODE>` */
export function deleteQrCode(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_management');
	const doomed = find(call, codeIn(call.request) ?? '');
	call.node.qrCodes = call.node.qrCodes.filter((one) => one !== doomed);
	return { success: true };
}

function codeIn(request: FastifyRequest): string | undefined {
	return (request.params as { part?: string }).part;
}

function find({ node: number }: GraphCall<'phoneNumber'>, code: string): QrCode {
	const found = number.qrCodes.find((one) => one.code === code);
	if (!found) throw invalidParameter(`There is no QR code ${code}.`);
	return found;
}

function show({ code, prefilled_message }: QrCode) {
	return { code, prefilled_message, deep_link_url: `https://wa.me/message/${code}` };
}

/** 14 capital letters and digits. */
function newCode(numberId: string, made: number): string {
	const digest = createHash('sha256').update(`${numberId} ${made}`).digest('hex');
	return BigInt(`0x${digest}`).toString(36).toUpperCase().slice(0, 14);
}
