/**
 * WhatsApp message ids as published samples decode: base64 of
 * `1C 18 <length> <peer> 15 02 00 <direction> 18 <length> <token> 00`.
 * Undocumented by Meta, who treats them as opaque.
 */
import type { Random } from './random.mts';

const DIRECTION = { businessToUser: 0x11, userToBusiness: 0x12 } as const;

/**
 * @param peer the user's phone digits or user id
 * @param token upper-case hexadecimal; two scopes of one message share it
 */
export function buildWamid(peer: string, direction: keyof typeof DIRECTION, token: string): string {
	const bytes = Buffer.concat([
		Buffer.from([0x1c, 0x18, peer.length]),
		Buffer.from(peer, 'ascii'),
		Buffer.from([0x15, 0x02, 0x00, DIRECTION[direction], 0x18, token.length]),
		Buffer.from(token, 'ascii'),
		Buffer.from([0x00]),
	]);
	return `wamid.${bytes.toString('base64')}`;
}

/** Phone-made messages carry a 20-digit token, those of the Cloud API an 18-digit one. */
export function newWamid(
	random: Random,
	peer: string,
	direction: keyof typeof DIRECTION,
	origin: 'phone' | 'cloud' = 'phone',
): string {
	const token = origin === 'phone' ? `3EB0${random.hex(16)}` : random.hex(18);
	return buildWamid(peer, direction, token);
}
