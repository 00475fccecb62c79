/** A number joins and leaves coexistence. */
import { z } from 'zod';
import type { Update } from './delivery/routing.mts';
import {
	accountOffboarded,
	accountReconnected,
	DISCONNECTION_REASONS,
	partnerAdded,
	partnerRemoved,
} from './payloads/account.mts';
import { phoneContent, phoneContentSchema } from './phone-content.mts';
import type { Simulation } from './simulation.mts';
import { DEFAULT, findPhoneNumber, type PhoneNumber } from './world.mts';

const onboardSchema = z
	.object({
		phoneNumberId: z.string().default(DEFAULT.phoneNumberId),
		/** What the phone will share once asked; without it the syncs answer 200 and nothing comes. */
		content: phoneContentSchema.optional(),
	})
	.strict();

/** Completes an Embedded Signup: starts the 24 hours of `smb_app_data` and reports PARTNER_ADDED. */
export function onboard(simulation: Simulation, options: unknown) {
	const { phoneNumberId, content } = onboardSchema.parse(options ?? {});
	const number = requireNumber(simulation, phoneNumberId);
	startOnboarding(simulation, number);
	if (content) simulation.pendingSyncs.set(number.id, phoneContent(simulation, number, content));
	return simulation.engine.deliver([partnerAdded(simulation.world, number)]);
}

const offboardSchema = z
	.object({
		phoneNumberId: z.string().default(DEFAULT.phoneNumberId),
		reason: z.enum(DISCONNECTION_REASONS).default('ACCOUNT_DISCONNECTED'),
		initiatedBy: z.enum(['USER', 'SYSTEM']).default('USER'),
	})
	.strict();

/** The business disconnects in its app, or WhatsApp does it: PARTNER_REMOVED with the reason. */
export function offboard(simulation: Simulation, options: unknown) {
	const { phoneNumberId, ...disconnection } = offboardSchema.parse(options ?? {});
	const number = requireNumber(simulation, phoneNumberId);
	return simulation.engine.deliver([disconnect(simulation, number, disconnection)]);
}

export function startOnboarding({ clock, pendingSyncs }: Simulation, number: PhoneNumber): void {
	number.connected = true;
	number.onboarding = { startedAt: clock.now(), requested: {} };
	pendingSyncs.delete(number.id);
}

export function disconnect(
	{ world }: Simulation,
	number: PhoneNumber,
	disconnection: Parameters<typeof partnerRemoved>[2],
): Update {
	number.connected = false;
	number.onboarding = null;
	return partnerRemoved(world, number, disconnection);
}

/** A change of phone: WhatsApp off-boards by itself, and reconnects within minutes if the owner agrees. */
export function changeDevice(number: PhoneNumber): Update {
	number.connected = false;
	return accountOffboarded(number);
}

/** The history is not synced again. */
export function reconnect(number: PhoneNumber): Update {
	number.connected = true;
	return accountReconnected(number);
}

export function requireNumber({ world }: Simulation, phoneNumberId: string): PhoneNumber {
	const number = findPhoneNumber(world, phoneNumberId);
	if (number) return number;
	throw Object.assign(new Error(`There is no phone number ${phoneNumberId}.`), {
		statusCode: 404,
	});
}
